// Which findings of a register the filters leave, and what keeps each of the others out. Pure.
import type { Edition } from '../../db/catalogue.ts'
import { type Column, columnNames, dayOf, type Register } from '../../db/register.ts'
import { chosenCodes } from './dimensions.ts'
import { countedBy, type Dimension, type FindingFilters } from './findings.schema.ts'

/** A verdict for each finding: it is in, or out by the filter of one dimension alone, or out whatever that is left out. */
export type Verdicts = Uint8Array
export const isIn = 0
const isOut = 255
/** The verdict on what only the filter of this dimension keeps out. */
export const outBy = (dimension: Dimension): number => countedBy.indexOf(dimension) + 1

/** `hits` are the positions that a search found; null where there is none. */
export function judge(
  register: Register,
  { codes }: Edition,
  filters: FindingFilters,
  hits: Uint32Array | null,
): Verdicts {
  const verdicts: Verdicts = new Uint8Array(register.size).fill(hits === null ? isIn : isOut)
  for (const position of hits ?? []) verdicts[position - 1] = isIn

  const keepOut = (at: number, reason: number) => {
    verdicts[at] = verdicts[at] === isIn ? reason : isOut
  }
  const filterColumn = (dimension: Dimension, column: Column, chosen: readonly string[]) => {
    const wanted = flagsOf(column.values, chosen)
    const reason = outBy(dimension)
    for (let at = 0; at < register.size; at += 1) {
      if (wanted[column.of[at] ?? 0] === 0) keepOut(at, reason)
    }
  }
  for (const name of columnNames) {
    const chosen = filters[name]
    if (chosen !== undefined) filterColumn(name, register.columns[name], chosen)
  }
  const { region } = filters
  if (region !== undefined) {
    const areas = codes.areas.filter((area) => region.includes(area.region)).map(({ id }) => id)
    filterColumn('region', register.columns.area, areas)
  }
  for (const dimension of ['agency', 'theme'] as const) {
    const chosen = filters[dimension]
    if (chosen === undefined) continue
    const links = register[dimension]
    const list = dimension === 'agency' ? codes.agencies : codes.themes
    const wanted = flagsOf(links.values, chosenCodes(list, chosen, filters.rollup))
    const reason = outBy(dimension)
    for (let at = 0; at < register.size; at += 1) {
      const end = links.starts[at + 1] ?? 0
      let link = links.starts[at] ?? 0
      while (link < end && wanted[links.codes[link] ?? 0] === 0) link += 1
      if (link === end) keepOut(at, reason)
    }
  }
  const { published_from: from, published_to: to } = filters
  if (from !== undefined || to !== undefined) {
    const first = from === undefined ? -Infinity : dayOf(from)
    const last = to === undefined ? Infinity : dayOf(to)
    for (let at = 0; at < register.size; at += 1) {
      const day = register.publishedOn[at] ?? 0
      if (day < first || day > last) verdicts[at] = isOut
    }
  }
  return verdicts
}

/** For each value, by its place from 1, whether it is one of those chosen. */
const flagsOf = (values: readonly string[], chosen: readonly string[]): Uint8Array =>
  Uint8Array.from(['', ...values], (value, place) => (place > 0 && chosen.includes(value) ? 1 : 0))

export function countIn(verdicts: Verdicts): number {
  let count = 0
  for (const verdict of verdicts) if (verdict === isIn) count += 1
  return count
}
