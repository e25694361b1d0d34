// What the API must answer, computed in plain JavaScript from the folders of the invented world.
import { buildReleases } from '../../src/dataset/build.ts'
import { completeFinding } from '../../src/dataset/content.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import { fixtureReleases } from './releases.ts'

export type Finding = ReturnType<typeof completeFinding>

export interface Filters {
  readonly area?: readonly string[]
  readonly agency?: readonly string[]
  readonly theme?: readonly string[]
  readonly kind?: readonly string[]
  readonly section?: readonly string[]
  readonly basis?: readonly string[]
  readonly scope?: readonly string[]
  readonly inspection?: readonly string[]
  readonly programme?: readonly string[]
  readonly publication?: readonly string[]
  readonly region?: readonly string[]
  readonly published_from?: string
  readonly published_to?: string
  readonly rollup?: boolean
}

/** Orders of the list that need no search. */
export const sorts = ['-published_on', 'published_on', 'id', '-id'] as const
export type Sort = (typeof sorts)[number]

const releases = buildReleases(fixtureReleases)

/** The snapshot of an invented release; without a version, the current one's. */
export function snapshotOf(version?: string): Snapshot {
  const release =
    version === undefined ? releases.at(-1) : releases.find(({ file }) => file.version === version)
  if (release === undefined) throw new Error(`the invented world has no release ${version}`)
  return release.snapshot
}

export const listFindings = (snapshot: Snapshot): Finding[] =>
  [...snapshot.finding.values()].map((finding) => completeFinding(snapshot, finding))

/** The findings that meet every filter, in the order asked for. */
export function selectFindings(
  snapshot: Snapshot,
  filters: Filters,
  sort: Sort = '-published_on',
): Finding[] {
  const { published_from: from = '', published_to: to = '9999', rollup = true } = filters
  const means = (codes: Snapshot['agency'], chosen: readonly string[]) => (code: string) =>
    chosen.includes(code) || (rollup && climb(codes, code).some((broader) => chosen.includes(broader)))
  const { agency, theme } = filters
  return listFindings(snapshot)
    .filter(
      (finding) =>
        columns.every((column) => isIn(filters[column], finding[column])) &&
        finding.published_on >= from &&
        finding.published_on <= to &&
        (agency === undefined || finding.agencies.some(means(snapshot.agency, agency))) &&
        (theme === undefined || finding.themes.some(means(snapshot.theme, theme))),
    )
    .sort(comparators[sort])
}

const columns = [
  'area',
  'kind',
  'section',
  'basis',
  'scope',
  'inspection',
  'programme',
  'publication',
  'region',
] as const

const isIn = (chosen: readonly string[] | undefined, value: string | null): boolean =>
  chosen === undefined || (value !== null && chosen.includes(value))

/** The codes above a code. */
function climb(codes: Snapshot['agency'], code: string): string[] {
  const broader = codes.get(code)?.broader ?? null
  return broader === null ? [] : [broader, ...climb(codes, broader)]
}

// Code points, as the database compares: every identifier and date is ASCII.
const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

const comparators: Readonly<Record<Sort, (a: Finding, b: Finding) => number>> = {
  '-published_on': (a, b) => order(b.published_on, a.published_on) || order(a.id, b.id),
  published_on: (a, b) => order(a.published_on, b.published_on) || order(a.id, b.id),
  id: (a, b) => order(a.id, b.id),
  '-id': (a, b) => order(b.id, a.id),
}

export const idsOf = (records: readonly { readonly id: string }[]): string[] => records.map(({ id }) => id)
