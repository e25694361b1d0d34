// The order of the records of a list.
import type { Row } from './sync.ts'

/** Findings: newest publication first, then by identifier; every other list in the order its records came. */
export function compareRows(a: Row, b: Row): number {
  if (a.entity !== 'finding') return a.seq - b.seq
  const [x, y] = [String(a.record.published_on), String(b.record.published_on)]
  if (x !== y) return x < y ? 1 : -1
  return a.id < b.id ? -1 : 1
}
