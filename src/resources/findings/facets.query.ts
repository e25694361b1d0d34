// Counts the findings of each value of each dimension under all other filters.
import { sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { rememberCounts } from '../../db/remember.ts'
import { pairWithAncestors } from '../../lib/code-tree.ts'
import type { Facets } from './counts.schema.ts'
import { selectValue, valuesOf } from './dimensions.ts'
import { addressOf, matchFilters } from './findings.filter.ts'
import { countedBy, type Dimension, type FindingFilters } from './findings.schema.ts'

const remembered = rememberCounts<Facets>()

/** Every dimension with all its values, those without a finding too, each with the address that lists just these. */
export const countFacets = (
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  base: string,
): Promise<Facets> => {
  const compute = () => computeFacets(db, edition, filters, base)
  // Hardly two people search for the same words: these would push out what many ask.
  return filters.q === undefined ? remembered(edition, addressOf(base, filters), compute) : compute()
}

async function computeFacets(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  base: string,
): Promise<Facets> {
  // A dimension that is filtered by is counted in a selection of its own; the others share one.
  const own = countedBy.filter((dimension) => filters[dimension] !== undefined)
  const [shared, ...others] = await Promise.all([
    countValues(db, edition, filters),
    ...own.map((dimension) => countValues(db, edition, without(filters, dimension))),
  ])
  const countsOf = (dimension: Dimension): Counts => others[own.indexOf(dimension)] ?? shared
  return {
    total: { count: shared.total, url: addressOf(base, filters) },
    facets: countedBy.map((dimension) => {
      const { total, count } = countsOf(dimension)
      const chosen: readonly string[] = filters[dimension] ?? []
      return {
        dimension,
        total: { count: total, url: addressOf(base, without(filters, dimension)) },
        values: valuesOf(dimension, edition, filters).map((value) => ({
          ...value,
          count: count(dimension, value.id),
          selected: value.id !== null && chosen.includes(value.id),
          url: addressOf(base, selectValue(filters, dimension, value)),
        })),
      }
    }),
  }
}

function without(filters: FindingFilters, dimension: Dimension): FindingFilters {
  const { [dimension]: _own, ...others } = filters
  return others
}

interface Counts {
  readonly total: number
  count(dimension: Dimension, id: string | null): number
}

interface CountRow {
  readonly dimension: Dimension | 'total'
  readonly id: string | null
  readonly count: number
}

/** Every value of every dimension in one selection of findings. */
async function countValues(db: Reader, edition: Edition, filters: FindingFilters): Promise<Counts> {
  const rows = await selectCounts(db, edition, filters)
  const keyOf = (dimension: string, id: string | null) => JSON.stringify([dimension, id])
  const counted = new Map(rows.map(({ dimension, id, count }) => [keyOf(dimension, id), count]))
  const count = (dimension: Dimension | 'total', id: string | null) => counted.get(keyOf(dimension, id)) ?? 0
  // A finding has a region by its area.
  const countRegion = (region: string | null) =>
    region === null
      ? count('area', null)
      : edition.codes.areas.reduce(
          (sum, area) => (area.region === region ? sum + count('area', area.id) : sum),
          0,
        )
  return {
    total: count('total', null),
    count: (dimension, id) => (dimension === 'region' ? countRegion(id) : count(dimension, id)),
  }
}

/** Reads the selection once and counts it by every dimension. */
async function selectCounts(db: Reader, edition: Edition, filters: FindingFilters): Promise<CountRow[]> {
  const { release, codes } = edition
  const above = (list: Edition['codes']['agencies']) => {
    const pairs =
      filters.rollup === false ? list.map(({ id }) => ({ code: id, id })) : pairWithAncestors(list)
    return sql`unnest(${pairs.map(({ code }) => code)}::text[], ${pairs.map(({ id }) => id)}::text[]) above(code, id)`
  }
  return await db
    .with('matched', (qb) =>
      qb
        .selectFrom('finding')
        .select([
          'finding.id',
          'position',
          'area_id',
          'kind',
          'section',
          'basis',
          'scope',
          'inspection_id',
          'programme_id',
        ])
        .select('publication_id')
        .where(matchFilters(filters, edition)),
    )
    .selectFrom(
      sql<CountRow>`(
        SELECT 'total' AS dimension, NULL AS id, count(*) AS count FROM matched
        UNION ALL
        SELECT dimension, value.id, count(*) FROM matched, LATERAL (VALUES
          ('area', area_id), ('kind', kind), ('section', section), ('basis', basis), ('scope', scope),
          ('inspection', inspection_id), ('programme', programme_id), ('publication', publication_id)
        ) value(dimension, id) GROUP BY dimension, value.id
        UNION ALL
        SELECT 'agency', above.id, count(DISTINCT matched.position) FROM matched
          JOIN finding_agency link ON link.release_id = ${release.id} AND link.finding_id = matched.id
          JOIN ${above(codes.agencies)} ON above.code = link.agency_id GROUP BY above.id
        UNION ALL
        SELECT 'theme', above.id, count(DISTINCT matched.position) FROM matched
          JOIN finding_theme link ON link.release_id = ${release.id} AND link.finding_id = matched.id
          JOIN ${above(codes.themes)} ON above.code = link.theme_id GROUP BY above.id)`.as<'counted'>(
        sql`counted`,
      ),
    )
    .select(['counted.dimension', 'counted.id', 'counted.count'])
    .execute()
}
