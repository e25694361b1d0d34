// Counts the findings of each value of each dimension under all other filters.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Facets } from './counts.schema.ts'
import { keysOf } from './dimension-keys.ts'
import { selectValue, valuesOf } from './dimensions.ts'
import { addressOf } from './findings.filter.ts'
import { countedBy, type Dimension, type FindingFilters } from './findings.schema.ts'
import { isIn, outBy } from './findings.select.ts'
import { type Judged, judgeFindings } from './findings.walk.ts'

/** Every dimension with all its values, those without a finding too, each with the address that lists just these. */
export async function countFacets(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  base: string,
): Promise<Facets> {
  const judged = await judgeFindings(db, edition, filters)
  return {
    total: { count: judged.total, url: addressOf(base, filters) },
    facets: countedBy.map((dimension) => {
      const { total, counts } = countValues(judged, edition, dimension, filters.rollup)
      const chosen: readonly string[] = filters[dimension] ?? []
      return {
        dimension,
        total: { count: total, url: addressOf(base, without(filters, dimension)) },
        values: valuesOf(dimension, edition, filters).map((value) => ({
          ...value,
          count: counts.get(value.id) ?? 0,
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
  readonly counts: ReadonlyMap<string | null, number>
}

/** Counts by one dimension what all filters but its own leave. */
function countValues(
  { register, verdicts }: Judged,
  edition: Edition,
  dimension: Dimension,
  rollup: boolean | undefined,
): Counts {
  const { keys, read } = keysOf(register, edition, dimension, rollup)
  const counts = new Uint32Array(keys.length)
  const found = new Uint16Array(keys.length)
  const own = outBy(dimension)
  let total = 0
  for (let at = 0; at < register.size; at += 1) {
    if (verdicts[at] !== isIn && verdicts[at] !== own) continue
    total += 1
    for (let left = read(at, found); left > 0; left -= 1) {
      const key = found[left - 1] ?? 0
      counts[key] = (counts[key] ?? 0) + 1
    }
  }
  return { total, counts: new Map(keys.map((id, key) => [id, counts[key] ?? 0])) }
}
