// The nearest known value to a mistyped one. Pure.
import { closest, distance } from 'fastest-levenshtein'

/** The candidate within a few typing errors of the value; null when none is near enough to be meant. */
export function suggest(value: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0 || value === '') return null
  const wanted = value
    .slice(0, 100)
    .toLowerCase()
    .trim()
    .replaceAll(/[\s_]+/g, '-')
  const folded = new Map(
    candidates.map((candidate) => [candidate.toLowerCase().replaceAll('_', '-'), candidate]),
  )
  const found = closest(wanted, [...folded.keys()])
  const errors = distance(wanted, found)
  const swapped = errors === 2 && [...wanted].sort().join('') === [...found].sort().join('')
  const near = swapped || errors <= Math.max(1, Math.floor(found.length / 3))
  const part = [...folded.keys()].find((candidate) => wanted.length >= 4 && candidate.includes(wanted))
  return folded.get(near ? found : (part ?? '')) ?? null
}
