// What was read or computed of an edition stays true: a bounded memory for it, with one computation for all who ask meanwhile.
import { LRUCache } from 'lru-cache'
import { singleFlight } from '../lib/single-flight.ts'

// Editions of different databases may have the same version, as in tests: each has a number of its own.
const numbers = new WeakMap<object, number>()
let editions = 0

function numberOf(edition: object): number {
  const known = numbers.get(edition) ?? ++editions
  numbers.set(edition, known)
  return known
}

interface Bounds<T> {
  /** Most bytes that are kept. */
  readonly bytes: number
  /** Most bytes of one entry; what is larger is given, and not kept. */
  readonly entryBytes: number
  readonly sizeOf: (value: T) => number
}

/**
 * A memory for what is computed of an edition, by a key that says all else it depends on. It forgets first what was not
 * asked for longest, and keeps no failure.
 */
export function rememberByEdition<T extends object>({ bytes, entryBytes, sizeOf }: Bounds<T>) {
  const known = new LRUCache<string, T>({
    maxSize: bytes,
    maxEntrySize: entryBytes,
    sizeCalculation: (value, key) => sizeOf(value) + key.length,
  })
  const inFlight = singleFlight<T>()
  return async (edition: object, key: string, compute: () => Promise<T>): Promise<T> => {
    const name = `${numberOf(edition)} ${key}`
    const found = known.get(name)
    if (found !== undefined) return found
    return await inFlight(name, async () => {
      const made = await compute()
      known.set(name, made)
      return made
    })
  }
}
