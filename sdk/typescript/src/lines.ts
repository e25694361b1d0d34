// Reads a stream of JSON lines as it arrives.

/** One value a line; throws where the stream breaks off, and on a last line without its end. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line)
    }
    if (rest !== '') throw new Error('The export broke off within a line.')
  } finally {
    await reader.cancel() // also when the caller wants no more
  }
}
