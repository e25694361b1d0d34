// Counts findings, or the inspections they come from, by two dimensions at once.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Register } from '../../db/register.ts'
import { type Keys, linkKeys } from '../../db/register-keys.ts'
import { withNarrower } from '../../lib/code-tree.ts'
import type { Crosstab, CrosstabQuery } from './counts.schema.ts'
import { keysOf } from './dimension-keys.ts'
import { chosenCodes, selectValue, type Value, valuesOf } from './dimensions.ts'
import { addressOf } from './findings.filter.ts'
import type { Dimension, FindingFilters } from './findings.schema.ts'
import { isIn } from './findings.select.ts'
import { judgeFindings } from './findings.walk.ts'

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
  const count = await countCells(db, edition, filters, rows, cols, measure)
  const sets = askedSets(edition, filters)
  const address = (...chosen: readonly (readonly [Dimension, AxisValue])[]) =>
    addressOf(base, narrow(filters, chosen, sets, level))

  return {
    rows: rowDimension,
    cols: colDimension,
    measure,
    level,
    total: { count: count(null, null), url: addressOf(base, filters) },
    row_values: rows.values.map((row) => ({
      id: row.id,
      label: row.label,
      broader: row.broader,
      count: count(row, null),
      url: address([rowDimension, row]),
    })),
    col_values: cols.values.map((col) => ({
      id: col.id,
      label: col.label,
      broader: col.broader,
      count: count(null, col),
      url: address([colDimension, col]),
    })),
    cells: rows.values.flatMap((row) =>
      cols.values.map((col) => ({
        row: row.id,
        col: col.id,
        count: count(row, col),
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

/** How many there are in a row and a column; null stands for all of them together. */
type CountCell = (row: AxisValue | null, col: AxisValue | null) => number

/** Under which values of an axis each finding counts. */
function keysOfAxis(register: Register, edition: Edition, { dimension, values }: Axis): Keys {
  if (dimension !== 'agency' && dimension !== 'theme') return keysOf(register, edition, dimension, undefined)
  const pairs = values.flatMap(({ id, set }) => set?.codes.map((code) => ({ code, id: id ?? '' })) ?? [])
  return linkKeys(register[dimension], pairs)
}

async function countCells(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  rows: Axis,
  cols: Axis,
  measure: Crosstab['measure'],
): Promise<CountCell> {
  const { register, verdicts } = await judgeFindings(db, edition, filters)
  const [down, across] = [keysOfAxis(register, edition, rows), keysOfAxis(register, edition, cols)]
  const [allRows, allCols] = [down.keys.length, across.keys.length]
  const width = allCols + 1
  const counts = new Uint32Array((allRows + 1) * width)
  const found = { rows: new Uint16Array(allRows + 1), cols: new Uint16Array(width) }
  // What is counted, a finding or an inspection, comes in one go: a cell that has just counted it does not again.
  const last = new Uint32Array(counts.length)
  const units = measure === 'inspections' ? register.columns.inspection.of : null
  for (const at of units === null ? verdicts.keys() : orderBy(units)) {
    const unit = units === null ? at + 1 : (units[at] ?? 0)
    if (verdicts[at] !== isIn || unit === 0) continue
    const rowCount = down.read(at, found.rows)
    const colCount = across.read(at, found.cols)
    if (rowCount === 0 || colCount === 0) continue
    found.rows[rowCount] = allRows
    found.cols[colCount] = allCols
    for (let row = 0; row <= rowCount; row += 1) {
      for (let col = 0; col <= colCount; col += 1) {
        const cell = (found.rows[row] ?? 0) * width + (found.cols[col] ?? 0)
        if (last[cell] === unit) continue
        last[cell] = unit
        counts[cell] = (counts[cell] ?? 0) + 1
      }
    }
  }
  const placeOf = ({ keys }: Keys, value: AxisValue | null) =>
    value === null ? keys.length : keys.indexOf(value.id)
  return (row, col) => counts[placeOf(down, row) * width + placeOf(across, col)] ?? 0
}

/** The places of an array in the order of what they hold. */
function orderBy(values: Uint16Array): Uint32Array {
  const starts = new Uint32Array(65_537)
  for (const value of values) starts[value + 1] = (starts[value + 1] ?? 0) + 1
  for (let value = 0; value < 65_536; value += 1)
    starts[value + 1] = (starts[value + 1] ?? 0) + (starts[value] ?? 0)
  const order = new Uint32Array(values.length)
  for (const [at, value] of values.entries()) {
    const place = starts[value] ?? 0
    order[place] = at
    starts[value] = place + 1
  }
  return order
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
