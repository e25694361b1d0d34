// Has the next of a series of slow pieces made while the one before is being taken. Pure.

/** The pieces of a source, one made ahead and never more: when nobody takes any further, none is begun. */
export async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    for (let piece = await source.next(); !piece.done; ) {
      const next = source.next()
      next.catch(() => undefined) // it is thrown below, when its turn comes
      yield piece.value
      piece = await next
    }
  } finally {
    await source.return(undefined) // after what is still being made
  }
}
