// Counts findings, or the inspections they come from, by two dimensions at once.
import { sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { rememberCounts } from '../../db/remember.ts'
import { canonicalQuery, withQuery } from '../../lib/canonical-query.ts'
import { withNarrower } from '../../lib/code-tree.ts'
import type { Crosstab, CrosstabQuery } from './counts.schema.ts'
import { type CodePair, selectKeys } from './dimension-keys.query.ts'
import { chosenCodes, selectValue, type Value, valuesOf } from './dimensions.ts'
import { addressOf, matchFilters } from './findings.filter.ts'
import type { Dimension, FindingFilters } from './findings.schema.ts'

/** A value of an axis; of an agency or theme also the codes that count under it. */
interface AxisValue extends Value {
  readonly set: CodeSet | null
}

/** Some codes of a list, and how a filter names them. */
interface CodeSet {
  readonly codes: readonly string[]
  /** The fewest codes that mean the same with the narrower ones below them; null where some of those are not meant. */
  readonly rolledUp: readonly string[] | null
}

interface Axis {
  readonly dimension: Dimension
  readonly values: readonly AxisValue[]
}

const remembered = rememberCounts<Crosstab>()

export const countCrosstab = (
  db: Reader,
  edition: Edition,
  query: CrosstabQuery,
  base: string,
): Promise<Crosstab> => {
  const compute = () => computeCrosstab(db, edition, query, base)
  // As with facets: searches are not remembered.
  return query.q === undefined
    ? remembered(edition, withQuery(base, canonicalQuery(query)), compute)
    : compute()
}

async function computeCrosstab(
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
  const sets = askedSets(edition, filters)
  const address = (...chosen: readonly (readonly [Dimension, AxisValue])[]) =>
    addressOf(base, narrow(filters, chosen, sets, level))

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
    return { dimension, values: shown.map((value) => ({ ...value, set: null })) }
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
        set: codeSet(
          list,
          under(id).filter((code) => wanted.includes(code)),
        ),
      }))
      .filter(({ set }) => set.codes.length > 0),
  }
}

function codeSet(list: Edition['codes']['agencies'], codes: readonly string[]): CodeSet {
  const isClosed = withNarrower(list, codes).length === codes.length
  const tops = list.filter(({ id, broader }) => codes.includes(id) && !codes.includes(broader ?? ''))
  return { codes, rolledUp: isClosed ? tops.map(({ id }) => id) : null }
}

type CodeSets = ReadonlyMap<Dimension, CodeSet>

/** The codes that the filters of agency and theme mean. */
const askedSets = (edition: Edition, filters: FindingFilters): CodeSets =>
  new Map(
    (['agency', 'theme'] as const).flatMap((dimension) => {
      const chosen = filters[dimension]
      if (chosen === undefined) return []
      const list = listOf(dimension, edition)
      return [[dimension, codeSet(list, chosenCodes(list, chosen, filters.rollup))]]
    }),
  )

const listOf = (dimension: 'agency' | 'theme', { codes }: Edition) =>
  dimension === 'agency' ? codes.agencies : codes.themes

/** Which axes a count is summed over. */
type Over = 'none' | 'rows' | 'cols' | 'both'

interface CellRow {
  readonly row: string | null
  readonly col: string | null
  readonly over: Over
  readonly count: number
}

async function countCells(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  rows: Axis,
  cols: Axis,
  measure: Crosstab['measure'],
): Promise<CellRow[]> {
  const pairs = ({ values }: Axis): CodePair[] =>
    values.flatMap(({ id, set }) => set?.codes.map((code) => ({ code, id: id ?? '' })) ?? [])
  return await db
    .selectFrom('finding')
    .innerJoin(selectKeys(db, edition, rows.dimension, pairs(rows), 'rows'), 'rows.finding_id', 'finding.id')
    .innerJoin(selectKeys(db, edition, cols.dimension, pairs(cols), 'cols'), 'cols.finding_id', 'finding.id')
    .where(matchFilters(filters, edition))
    .select([
      'rows.key as row',
      'cols.key as col',
      sql<Over>`(ARRAY['none', 'cols', 'rows', 'both'])[grouping(rows.key, cols.key) + 1]`.as('over'),
    ])
    .select((eb) =>
      eb.fn
        .count<number>(measure === 'findings' ? 'finding.position' : 'finding.inspection_id')
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
  asked: CodeSets,
  level: Crosstab['level'],
): FindingFilters {
  const others = chosen
    .filter(([, { set }]) => set === null)
    .reduce((so, [dimension, value]) => selectValue(so, dimension, value), filters)
  const picked = chosen.flatMap(([dimension, { set }]) => (set === null ? [] : [[dimension, set] as const]))
  if (picked.length === 0) return others

  // One `rollup` rules both lists: where a set of codes is not all that lies below some codes, each is named.
  const { agency: _agency, theme: _theme, rollup: _rollup, ...rest } = others
  const sets = [...new Map([...asked, ...picked])]
  const isRolledUp = level === 'broad' && sets.every(([, { rolledUp }]) => rolledUp !== null)
  const named = sets.map(([dimension, { codes, rolledUp }]) => [dimension, isRolledUp ? rolledUp : codes])
  return { ...rest, ...Object.fromEntries(named), ...(isRolledUp ? {} : { rollup: false }) }
}
