// A record of a small list as the row of a table: nested counts and links become columns of their own. Pure.
import type { TSchema } from 'typebox'
import { Counts, Links } from './answers.schema.ts'
import type { Cell } from './csv.ts'

const nested: Readonly<Record<string, readonly string[]>> = {
  counts: Object.keys(Counts.properties),
  links: Object.keys(Links.properties),
}

/** The schema of a record: an object whose fields are known. */
export type RecordSchema = TSchema & { readonly properties: Readonly<Record<string, TSchema>> }

interface RecordTable {
  readonly columns: readonly string[]
  readonly rowOf: (record: object) => Cell[]
}

/** The table of a record schema: a column for each field, `counts_total` for the field `total` of `counts`. */
export function recordTable(schema: RecordSchema): RecordTable {
  const paths = Object.keys(schema.properties).flatMap(
    (field) => nested[field]?.map((part) => [field, part]) ?? [[field]],
  )
  return {
    columns: paths.map((path) => path.join('_')),
    rowOf: (record) => paths.map((path) => cellAt(record, path)),
  }
}

function cellAt(record: object, path: readonly string[]): Cell {
  const value: unknown = path.reduce<unknown>((inside, part) => Reflect.get(Object(inside), part), record)
  if (Array.isArray(value)) return value.map(String)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return value === null ? null : String(value)
}
