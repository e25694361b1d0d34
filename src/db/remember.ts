// What was counted in an edition stays true: a bounded memory for it, with one computation for all who ask meanwhile.
import { LRUCache } from 'lru-cache'

/** In characters of JSON, about a third of what they take as objects. */
const mostCharacters = 8_000_000
const longestEntry = 500_000

// Editions of different databases may have the same version, as in tests: each has a number of its own.
const numbers = new WeakMap<object, number>()
let editions = 0

function numberOf(edition: object): number {
  const known = numbers.get(edition) ?? ++editions
  numbers.set(edition, known)
  return known
}

/**
 * A memory for what is computed of an edition, by a key that says all else it depends on. It forgets first what was not
 * asked for longest, and keeps neither a failure nor what is larger than its share.
 */
export function rememberCounts<T extends object>(
  most = mostCharacters,
  longest = longestEntry,
  sizeOf = (counts: T) => JSON.stringify(counts).length,
) {
  const known = new LRUCache<string, T>({
    maxSize: most,
    maxEntrySize: longest,
    sizeCalculation: (counts, key) => sizeOf(counts) + key.length,
  })
  const pending = new Map<string, Promise<T>>()
  return (edition: object, key: string, compute: () => Promise<T>): Promise<T> => {
    const name = `${numberOf(edition)} ${key}`
    const found = known.get(name)
    if (found !== undefined) return Promise.resolve(found)
    const asked = pending.get(name)
    if (asked !== undefined) return asked
    const counts = compute()
      .then((made) => {
        known.set(name, made)
        return made
      })
      .finally(() => pending.delete(name))
    pending.set(name, counts)
    return counts
  }
}
