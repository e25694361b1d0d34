// Laws of the counts under random filters, in the invented world and in the real one: every count is what plain
// JavaScript counts, and its address lists just the findings counted.
import { deepEqual, equal } from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { buildReleases, releasesFolder } from '../../src/dataset/build.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import { bases, kinds, scopes, sections } from '../../src/lib/vocabulary.ts'
import { type Item, type List, openApp, type TestApp } from '../support/app.ts'
import { filtersOf, queryOf } from '../support/filters.ts'
import { type Filters, type Finding, idsOf, selectFindings, snapshotOf } from '../support/oracle.ts'

const axes = ['area', 'agency', 'theme', 'kind', 'section', 'region', 'basis'] as const
const dimensions = [...axes, 'scope', 'inspection', 'programme', 'publication'] as const
type Dimension = (typeof dimensions)[number]
type Level = 'broad' | 'narrow'

interface Counted {
  readonly id: string | null
  readonly count: number
  readonly url: string
}

interface Facets {
  readonly total: Counted
  readonly facets: readonly {
    readonly dimension: string
    readonly total: Counted
    readonly values: readonly (Counted & { readonly selected: boolean })[]
  }[]
}

interface Crosstab {
  readonly total: Counted
  readonly row_values: readonly Counted[]
  readonly col_values: readonly Counted[]
  readonly cells: readonly (Counted & { readonly row: string | null; readonly col: string | null })[]
}

/** What a request asks for: filters, words, and whether it tells every value twice. */
interface Asked {
  readonly given: Filters
  readonly q: string | null
  readonly isRepeated: boolean
}

interface World {
  readonly api: TestApp
  readonly snapshot: Snapshot
  readonly asked: fc.Arbitrary<Asked>
}

function few(codes: Iterable<string>): fc.Arbitrary<string[]> {
  const all = [...codes]
  return fc.subarray(all, { minLength: 1, maxLength: Math.min(3, all.length) })
}

/** Filters that bear upon one another in the address of a cell: one `rollup` for two lists, scope against area. */
const entangledFilters = (snapshot: Snapshot): fc.Arbitrary<Filters> =>
  fc.record(
    {
      agency: few(snapshot.agency.keys()),
      theme: few(snapshot.theme.keys()),
      rollup: fc.boolean(),
      scope: few(scopes),
      area: few(snapshot.area.keys()),
    },
    { requiredKeys: [] },
  )

async function openWorld(
  template: 'fixture' | 'real',
  snapshot: Snapshot,
  searches: string[],
): Promise<World> {
  const asked = fc.record({
    given: fc.oneof(filtersOf(snapshot), entangledFilters(snapshot)),
    q: fc.option(fc.constantFrom(...searches), { freq: 4 }),
    isRepeated: fc.boolean(),
  })
  return { api: await openApp(t, template), snapshot, asked }
}

const real = buildReleases(releasesFolder).at(-1)?.snapshot
if (real === undefined) throw new Error('there is no release')
const invented = await openWorld('fixture', snapshotOf(), [
  'children',
  'ferry or school',
  'northmoor-2016-001',
])
const served = await openWorld('real', real, ['police', 'school or health', 'bradford-2017-101'])

const askedQuery = ({ given, q, isRepeated }: Asked): string =>
  queryOf({
    ...Object.fromEntries(
      Object.entries(given).map(([key, value]) => [
        key,
        isRepeated && Array.isArray(value) ? [...value, ...value] : value,
      ]),
    ),
    ...(q === null ? {} : { q }),
  })

/** The findings that a search finds: what words mean is PostgreSQL's to say. */
async function listHits({ api }: World, q: string | null): Promise<(findings: Finding[]) => Finding[]> {
  if (q === null) return (findings) => findings
  const { data } = await api.read<List<Finding>>(`/v1/findings.json?${queryOf({ q, fields: 'id' })}`)
  const hits = new Set(idsOf(data))
  return (findings) => findings.filter(({ id }) => hits.has(id))
}

/** The code and those above it, the top one last. */
function lineage(codes: Snapshot['agency'], code: string): string[] {
  const broader = codes.get(code)?.broader ?? null
  return broader === null ? [code] : [code, ...lineage(codes, broader)]
}

/** Every value there is, in the order of its list. */
function valuesOf({ snapshot }: World, dimension: Dimension): (string | null)[] {
  const closed = { kind: kinds, section: sections, basis: bases, scope: scopes }
  if (dimension === 'kind' || dimension === 'section' || dimension === 'basis' || dimension === 'scope')
    return [...closed[dimension]]
  if (dimension === 'region')
    return [...new Set([...snapshot.area.values()].map((area) => area.region)), null]
  const hasNational = dimension === 'area' || dimension === 'inspection'
  return [...snapshot[dimension].keys(), ...(hasNational ? [null] : [])]
}

const isShown = (id: string | null, { scope }: Filters): boolean =>
  id !== null || scope === undefined || scope.includes('national')

/** The values a facet counts a finding under. */
function facetKeys({ snapshot }: World, finding: Finding, dimension: Dimension, rollup = true) {
  if (dimension !== 'agency' && dimension !== 'theme') return [finding[dimension]]
  const own = dimension === 'agency' ? finding.agencies : finding.themes
  return rollup ? own.flatMap((code) => lineage(snapshot[dimension], code)) : own
}

/** The values a crosstab counts a code under: none where the filter of its own dimension leaves it out. */
function axisKeys({ snapshot }: World, dimension: 'agency' | 'theme', given: Filters, level: Level) {
  const { [dimension]: chosen, rollup = true } = given
  return (code: string): string[] => {
    const above = lineage(snapshot[dimension], code)
    const asked = rollup ? above : [code]
    if (!(chosen?.some((one) => asked.includes(one)) ?? true)) return []
    return level === 'broad' ? above.slice(-1) : [code]
  }
}

function axisOf(world: World, dimension: (typeof axes)[number], given: Filters, level: Level) {
  if (dimension === 'agency' || dimension === 'theme') {
    const keys = axisKeys(world, dimension, given, level)
    const own = ({ agencies, themes }: Finding) => (dimension === 'agency' ? agencies : themes)
    const shown = new Set([...world.snapshot[dimension].keys()].flatMap(keys))
    return {
      values: valuesOf(world, dimension).filter((id) => id !== null && shown.has(id)),
      keysOf: (finding: Finding): (string | null)[] => own(finding).flatMap(keys),
    }
  }
  const chosen = given[dimension]
  return {
    values: valuesOf(world, dimension).filter((id) =>
      chosen === undefined ? isShown(id, given) : id !== null && chosen.includes(id),
    ),
    keysOf: (finding: Finding): (string | null)[] => [finding[dimension]],
  }
}

/** The findings of each key, every finding once. */
function groupBy(findings: readonly Finding[], keysOf: (finding: Finding) => (string | null)[]) {
  const groups = new Map<string | null, Set<Finding>>()
  for (const finding of findings) {
    for (const key of keysOf(finding)) groups.set(key, (groups.get(key) ?? new Set()).add(finding))
  }
  return groups
}

/** A national finding comes from no inspection: it stays out where those are counted, unless nothing else is asked for. */
const leaveOutNational = (given: Filters): Filters =>
  given.scope?.includes('area') === false ? given : { ...given, scope: ['area'] }

const countInspections = (findings: readonly Finding[]): number =>
  new Set(findings.flatMap(({ inspection }) => inspection ?? [])).size

/** The list at an address is the findings expected; a page of 500 says it of the first ones and of the total. */
async function checkList({ api }: World, url: string, expected: readonly Finding[]): Promise<void> {
  const { data, page } = await api.read<List<Finding>>(
    `${url}${url.includes('?') ? '&' : '?'}limit=500&fields=id`,
  )
  deepEqual(idsOf(data), idsOf(expected.slice(0, 500)), url)
  equal(page.total, expected.length, url)
}

/** A few of many: which, fast-check decides. */
const pick = <T>(all: readonly T[], picks: readonly number[]): T[] =>
  picks.flatMap((at) => all.slice(at % all.length).slice(0, 1))
const picks = (count: number) => fc.array(fc.nat(), { minLength: count, maxLength: count })

const checkFacets = (world: World, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(world.asked, picks(4), async (asked, chosen) => {
      const { given } = asked
      const find = await listHits(world, asked.q)
      const select = (filters: Filters) => find(selectFindings(world.snapshot, filters))
      const { data } = await world.api.read<Item<Facets>>(`/v1/findings/facets?${askedQuery(asked)}`)
      equal(data.total.count, select(given).length)
      deepEqual(new Set(data.facets.map(({ dimension }) => dimension)), new Set(dimensions))

      const links = [{ url: data.total.url, expected: select(given) }]
      for (const dimension of dimensions) {
        const { [dimension]: own, ...others } = given
        const findings = select(others)
        const facet = data.facets.find((one) => one.dimension === dimension)
        const byValue = groupBy(findings, (one) => facetKeys(world, one, dimension, given.rollup))
        const under = (id: string | null) => [...(byValue.get(id) ?? [])]
        const expected = valuesOf(world, dimension)
          .filter((id) => isShown(id, others))
          .map((id) => ({
            id,
            count: under(id).length,
            selected: id !== null && (own?.includes(id) ?? false),
          }))
        const values = facet?.values ?? []
        deepEqual(
          values.map(({ id, count, selected }) => ({ id, count, selected })),
          expected,
          dimension,
        )
        equal(facet?.total.count, findings.length, dimension)
        if (dimension !== 'agency' && dimension !== 'theme') {
          const sum = values.reduce((so, { count }) => so + count, 0)
          equal(sum, findings.length, `${dimension} adds up`)
        }
        links.push(
          { url: facet?.total.url ?? '', expected: findings },
          ...values.map(({ id, url }) => ({ url, expected: under(id) })),
        )
      }
      for (const { url, expected } of pick(links, chosen)) await checkList(world, url, expected)
    }),
    { numRuns },
  )

const pairs = axes.flatMap((rows) => axes.filter((cols) => cols !== rows).map((cols) => ({ rows, cols })))
const shapes = pairs.flatMap((pair) => [
  { ...pair, level: 'broad' as const },
  { ...pair, level: 'narrow' as const },
])

const checkCrosstab = (world: World, { rows, cols, level }: (typeof shapes)[number], numRuns: number) =>
  fc.assert(
    fc.asyncProperty(
      world.asked,
      fc.constantFrom('inspections', 'findings'),
      picks(4),
      async (asked, measure, chosen) => {
        const given = measure === 'inspections' ? leaveOutNational(asked.given) : asked.given
        const find = await listHits(world, asked.q)
        const findings = find(selectFindings(world.snapshot, given))
        const shape = queryOf({ rows, cols, level, measure })
        const { data } = await world.api.read<Item<Crosstab>>(
          `/v1/findings/crosstab?${shape}&${askedQuery(asked)}`,
        )

        const count = (some: readonly Finding[]) =>
          measure === 'findings' ? some.length : countInspections(some)
        const down = axisOf(world, rows, given, level)
        const across = axisOf(world, cols, given, level)
        const [byRow, byCol] = [groupBy(findings, down.keysOf), groupBy(findings, across.keysOf)]
        const inRow = (id: string | null) => [...(byRow.get(id) ?? [])]
        const inCol = (id: string | null) => [...(byCol.get(id) ?? [])]
        const inCell = (row: string | null, col: string | null) =>
          inRow(row).filter((one) => byCol.get(col)?.has(one) ?? false)
        equal(data.total.count, count(findings), shape)
        deepEqual(
          data.row_values.map(({ id, count }) => ({ id, count })),
          down.values.map((id) => ({ id, count: count(inRow(id)) })),
          shape,
        )
        deepEqual(
          data.col_values.map(({ id, count }) => ({ id, count })),
          across.values.map((id) => ({ id, count: count(inCol(id)) })),
          shape,
        )
        deepEqual(
          data.cells.map(({ row, col, count }) => ({ row, col, count })),
          down.values.flatMap((row) =>
            across.values.map((col) => ({ row, col, count: count(inCell(row, col)) })),
          ),
          shape,
        )

        const margins = [
          { url: data.total.url, expected: findings },
          ...data.row_values.map(({ id, url }) => ({ url, expected: inRow(id) })),
          ...data.col_values.map(({ id, url }) => ({ url, expected: inCol(id) })),
        ]
        const cells = data.cells.map(({ row, col, url }) => ({ url, expected: inCell(row, col) }))
        for (const { url, expected } of [
          ...pick(cells, chosen.slice(0, 3)),
          ...pick(margins, chosen.slice(3)),
        ])
          await checkList(world, url, expected)
      },
    ),
    { numRuns },
  )

const checkTotals = (world: World, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(world.asked, fc.constantFrom(...pairs), async (asked, pair) => {
      const query = askedQuery(asked)
      const { page } = await world.api.read<List<Finding>>(`/v1/findings?limit=1&${query}`)
      const crosstab = `/v1/findings/crosstab?${queryOf({ ...pair, measure: 'findings' })}&${query}`
      equal((await world.api.read<Item<Crosstab>>(crosstab)).data.total.count, page.total, 'crosstab')
      const csv = await world.api.get(`/v1/findings.csv?${query}`)
      const records: unknown[] = parse(csv.body, { columns: true, record_delimiter: '\r\n' })
      equal(records.length, page.total, 'CSV')
      const ndjson = await world.api.get(`/v1/findings.ndjson?${query}`)
      equal(ndjson.body.match(/^\{.*\}$/gm)?.length ?? 0, page.total, 'NDJSON')
      const json = await world.api.read<List<Finding>>(`/v1/findings.json?${query}`)
      equal(json.data.length, page.total, 'JSON')
    }),
    { numRuns },
  )

for (const [name, world, weight] of [
  ['the invented world', invented, 2],
  ['the real data', served, 1],
] as const) {
  t.test(
    `${name}: a facet counts under all other filters, and its addresses list what it counts`,
    async () => {
      await checkFacets(world, 10 * weight)
    },
  )

  t.test(`${name}: the grand total of a crosstab is the length of the list and of every export`, async () => {
    await checkTotals(world, 10 * weight)
  })
}

t.test(
  'the invented world: a crosstab of any shape counts, and its addresses list what it counts',
  async () => {
    for (const shape of shapes) await checkCrosstab(invented, shape, 1)
  },
)

t.test('the real data: a crosstab counts, and its addresses list what it counts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...shapes), (shape) => checkCrosstab(served, shape, 1)),
    { numRuns: 20 },
  )
})
