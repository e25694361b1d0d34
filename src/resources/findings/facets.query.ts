// Counts the findings of each value of each dimension under all other filters.
import { sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { pairWithAncestors } from '../../lib/code-tree.ts'
import type { Facets } from './counts.schema.ts'
import { type CodePair, selectKeys } from './dimension-keys.query.ts'
import { selectValue, valuesOf } from './dimensions.ts'
import { addressOf, matchFilters } from './findings.filter.ts'
import { countSelection } from './findings.query.ts'
import { countedBy, type Dimension, type FindingFilters } from './findings.schema.ts'

/** Every dimension with all its values, those without a finding too, each with the address that lists just these. */
export async function countFacets(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  base: string,
): Promise<Facets> {
  const count = (dimension: Dimension) => countDimension(db, edition, dimension, filters)
  const [first, ...others] = countedBy
  const [rows, total] = await Promise.all([
    others.reduce((all, dimension) => all.unionAll(count(dimension)), count(first)).execute(),
    countSelection(db, edition, filters),
  ])
  return {
    total: { count: total, url: addressOf(base, filters) },
    facets: countedBy.map((dimension) => {
      const { [dimension]: chosen, ...others } = filters
      const own = rows.filter((row) => row.dimension === dimension)
      const counted = new Map(own.filter(({ is_total }) => !is_total).map((row) => [row.id, row.count]))
      return {
        dimension,
        total: { count: own.find(({ is_total }) => is_total)?.count ?? 0, url: addressOf(base, others) },
        values: valuesOf(dimension, edition, filters).map((value) => ({
          ...value,
          count: counted.get(value.id) ?? 0,
          selected: chosen?.some((one) => one === value.id) ?? false,
          url: addressOf(base, selectValue(filters, dimension, value)),
        })),
      }
    }),
  }
}

function countDimension(
  db: Reader,
  edition: Edition,
  dimension: Dimension,
  { [dimension]: _own, ...others }: FindingFilters,
) {
  return db
    .selectFrom('finding')
    .innerJoin(
      selectKeys(db, edition, dimension, pairsOf(dimension, edition, others)).as('counted'),
      'counted.finding_id',
      'finding.id',
    )
    .where(matchFilters(others, edition))
    .select([
      sql<Dimension>`${dimension}::text`.as('dimension'),
      'counted.key as id',
      sql<boolean>`grouping(counted.key) = 1`.as('is_total'),
    ])
    .select((eb) => eb.fn.count<number>('finding.id').distinct().as('count'))
    .groupBy(sql`GROUPING SETS ((counted.key), ())`)
}

/** A code counts under itself and, rolled up, under every code above it: what the filter of that code finds. */
function pairsOf(dimension: Dimension, { codes }: Edition, { rollup }: FindingFilters): CodePair[] {
  const list = dimension === 'agency' ? codes.agencies : dimension === 'theme' ? codes.themes : []
  return rollup === false ? list.map(({ id }) => ({ code: id, id })) : pairWithAncestors(list)
}
