// Random filters of findings that a release can answer, and the query strings that ask for them.
import fc from 'fast-check'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import { type Filters, snapshotOf } from './oracle.ts'

/** A few of many, at least one of them where they are codes. */
const few = <T>(values: readonly T[], minLength: number) =>
  fc.subarray([...values], { minLength, maxLength: Math.min(3, values.length) })
const some = (codes: Iterable<string>) => few([...codes], 1)

/** Filters by the codes of a snapshot, few at a time: with all of them at once hardly any finding would be left. */
export function filtersOf(snapshot: Snapshot): fc.Arbitrary<Filters> {
  const day = fc.constantFrom(...daysOf(snapshot))
  return fc
    .record(
      {
        area: some(snapshot.area.keys()),
        agency: some(snapshot.agency.keys()),
        theme: some(snapshot.theme.keys()),
        kind: some(['strength', 'area_for_improvement', 'context']),
        section: some(['summary', 'key_strengths', 'areas_for_improvement', 'report', 'statement']),
        basis: some(['stated', 'reported']),
        scope: some(['area', 'national']),
        inspection: some(snapshot.inspection.keys()),
        programme: some(snapshot.programme.keys()),
        publication: some(snapshot.publication.keys()),
        region: some(new Set([...snapshot.area.values()].map(({ region }) => region))),
        published_from: day,
        published_to: day,
        rollup: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .filter(({ published_from: from = '', published_to: to = '9999' }) => from <= to)
    .chain((all) => few(Object.entries(all), 0))
    .map((chosen) => Object.fromEntries(chosen))
}

// The days of publication, where a comparison may be off by one, and days before, between and after them.
const daysOf = (snapshot: Snapshot): string[] => [
  ...new Set([...snapshot.publication.values()].flatMap(({ published_on: day }) => day ?? [])),
  '2016-01-04',
  '2016-02-29',
  '2016-12-31',
  '2017-01-01',
  '2018-02-28',
]

/** Filters of the invented world. */
export const filters: fc.Arbitrary<Filters> = filtersOf(snapshotOf())

/** A query string; several values of a key are joined by commas. */
export const queryOf = (given: object): string =>
  new URLSearchParams(
    Object.entries(given).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString()
