// Counts findings, or the inspections they come from, by two dimensions at once.
import { sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { withNarrower } from '../../lib/code-tree.ts'
import type { Crosstab, CrosstabQuery } from './counts.schema.ts'
import { type CodePair, selectKeys } from './dimension-keys.query.ts'
import { chosenCodes, selectValue, type Value, valuesOf } from './dimensions.ts'
import { addressOf, matchFilters } from './findings.filter.ts'
import type { Dimension, FindingFilters } from './findings.schema.ts'

/** A value of an axis; of an agency or theme also the codes that count under it. */
interface AxisValue extends Value {
  readonly codes: readonly string[]
}

interface Axis {
  readonly dimension: Dimension
  readonly values: readonly AxisValue[]
}

export async function countCrosstab(
  db: Reader,
  edition: Edition,
  query: CrosstabQuery,
  base: string,
): Promise<Crosstab> {
  const { rows: rowDimension, cols: colDimension, measure = 'inspections', level = 'broad', ...asked } = query
  // National findings come from no inspection: where inspections are counted, no list may hold one.
  const isOfAreas = measure === 'inspections' && (asked.scope?.includes('area') ?? true)
  const filters: FindingFilters = isOfAreas ? { ...asked, scope: ['area'] } : asked
  const rows = axisOf(rowDimension, edition, filters, level)
  const cols = axisOf(colDimension, edition, filters, level)
  const cells = await countCells(db, edition, filters, rows, cols, measure)
  const keyOf = (row: string | null, col: string | null, over: Over) => JSON.stringify([row, col, over])
  const counted = new Map(cells.map(({ row, col, over, count }) => [keyOf(row, col, over), count]))
  const count = (row: string | null, col: string | null, over: Over) =>
    counted.get(keyOf(row, col, over)) ?? 0
  const address = (...chosen: readonly (readonly [Dimension, AxisValue])[]) =>
    addressOf(base, narrow(filters, chosen, edition, level))

  return {
    rows: rowDimension,
    cols: colDimension,
    measure,
    level,
    total: { count: count(null, null, 'both'), url: addressOf(base, filters) },
    row_values: rows.values.map((row) => ({
      id: row.id,
      label: row.label,
      broader: row.broader,
      count: count(row.id, null, 'cols'),
      url: address([rowDimension, row]),
    })),
    col_values: cols.values.map((col) => ({
      id: col.id,
      label: col.label,
      broader: col.broader,
      count: count(null, col.id, 'rows'),
      url: address([colDimension, col]),
    })),
    cells: rows.values.flatMap((row) =>
      cols.values.map((col) => ({
        row: row.id,
        col: col.id,
        count: count(row.id, col.id, 'none'),
        url: address([rowDimension, row], [colDimension, col]),
      })),
    ),
  }
}

/** The values an axis shows. A filter of its own dimension leaves only what is chosen, so that a link can say it. */
function axisOf(
  dimension: Dimension,
  edition: Edition,
  filters: FindingFilters,
  level: Crosstab['level'],
): Axis {
  const values = valuesOf(dimension, edition, filters)
  const chosen: readonly string[] | undefined = filters[dimension]
  if (dimension !== 'agency' && dimension !== 'theme') {
    const shown = values.filter(({ id }) => chosen === undefined || (id !== null && chosen.includes(id)))
    return { dimension, values: shown.map((value) => ({ ...value, codes: [] })) }
  }
  const list = listOf(dimension, edition)
  const wanted = chosen === undefined ? list.map(({ id }) => id) : chosenCodes(list, chosen, filters.rollup)
  const under = (id: string) => (level === 'broad' ? withNarrower(list, [id]) : [id])
  const shown = list.filter(({ broader }) => level === 'narrow' || broader === null)
  return {
    dimension,
    values: shown
      .map(({ id, label, broader }) => ({
        ...{ id, label, broader },
        codes: under(id).filter((code) => wanted.includes(code)),
      }))
      .filter(({ codes }) => codes.length > 0),
  }
}

const listOf = (dimension: 'agency' | 'theme', { codes }: Edition) =>
  dimension === 'agency' ? codes.agencies : codes.themes

/** Which axes a count is summed over. */
type Over = 'none' | 'rows' | 'cols' | 'both'

async function countCells(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  rows: Axis,
  cols: Axis,
  measure: Crosstab['measure'],
) {
  const pairs = ({ values }: Axis): CodePair[] =>
    values.flatMap(({ id, codes }) => codes.map((code) => ({ code, id: id ?? '' })))
  return await db
    .selectFrom('finding')
    .innerJoin(
      selectKeys(db, edition, rows.dimension, pairs(rows)).as('rows'),
      'rows.finding_id',
      'finding.id',
    )
    .innerJoin(
      selectKeys(db, edition, cols.dimension, pairs(cols)).as('cols'),
      'cols.finding_id',
      'finding.id',
    )
    .where(matchFilters(filters, edition))
    .select([
      'rows.key as row',
      'cols.key as col',
      sql<Over>`(ARRAY['none', 'cols', 'rows', 'both'])[grouping(rows.key, cols.key) + 1]`.as('over'),
    ])
    .select((eb) =>
      eb.fn
        .count<number>(measure === 'findings' ? 'finding.id' : 'finding.inspection_id')
        .distinct()
        .as('count'),
    )
    .groupBy(sql`CUBE (rows.key, cols.key)`)
    .execute()
}

/** The filters that list just the findings of a cell or of a total. */
function narrow(
  filters: FindingFilters,
  chosen: readonly (readonly [Dimension, AxisValue])[],
  edition: Edition,
  level: Crosstab['level'],
): FindingFilters {
  const codes = new Map(
    chosen.flatMap(([dimension, value]) =>
      value.codes.length > 0 ? [[dimension, value.codes] as const] : [],
    ),
  )
  const others = chosen
    .filter(([dimension]) => !codes.has(dimension))
    .reduce((so, [dimension, value]) => selectValue(so, dimension, value), filters)
  if (codes.size === 0) return others

  // One `rollup` rules both lists: where a set of codes is not all that lies below some codes, each is named.
  const { agency, theme, rollup, ...rest } = others
  const sets = (['agency', 'theme'] as const).flatMap((dimension) => {
    const list = listOf(dimension, edition)
    const asked = others[dimension]
    const set = codes.get(dimension) ?? (asked === undefined ? [] : chosenCodes(list, asked, rollup))
    return set.length === 0 ? [] : [{ dimension, list, set }]
  })
  const isRolledUp =
    level === 'broad' && sets.every(({ list, set }) => withNarrower(list, set).length === set.length)
  const named = sets.map(({ dimension, list, set }) => [
    dimension,
    isRolledUp
      ? list.filter(({ id, broader }) => set.includes(id) && !set.includes(broader ?? '')).map(({ id }) => id)
      : set,
  ])
  return { ...rest, ...Object.fromEntries(named), ...(isRolledUp ? {} : { rollup: false }) }
}
