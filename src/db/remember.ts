// What was counted in an edition stays true: a bounded memory for it, with one computation for all who ask meanwhile.
import { LRUCache } from 'lru-cache'
import type { Edition } from './catalogue.ts'

// Editions of different databases may have the same version, as in tests: each has a number of its own.
const numbers = new WeakMap<Edition, number>()
let editions = 0

function numberOf(edition: Edition): number {
  const known = numbers.get(edition) ?? ++editions
  numbers.set(edition, known)
  return known
}

/**
 * A memory for what is computed of an edition, by a key that says all else it depends on. It holds as much as `most`,
 * in the unit of `sizeOf`, and forgets first what was not asked for longest. A failure is not remembered.
 */
export function rememberCounts<T extends object>(most: number, sizeOf: (counts: T) => number) {
  const memory = new LRUCache<string, T, () => Promise<T>>({
    maxSize: most,
    sizeCalculation: (counts) => sizeOf(counts) + 1,
    fetchMethod: (_key, _stale, { context: compute }) => compute(),
  })
  return (edition: Edition, key: string, compute: () => Promise<T>): Promise<T> =>
    memory.forceFetch(`${numberOf(edition)} ${key}`, { context: compute })
}
