// One computation for all who ask for the same thing meanwhile.

/** Runs `compute` for a key, or waits for the run that is under way for it; a failure is everyone's, and is not kept. */
export function singleFlight<T>(): (key: string, compute: () => Promise<T>) => Promise<T> {
  const pending = new Map<string, Promise<T>>()
  return (key, compute) => {
    const asked = pending.get(key)
    if (asked !== undefined) return asked
    const run = compute().finally(() => pending.delete(key))
    pending.set(key, run)
    return run
  }
}
