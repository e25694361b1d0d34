// What the findings of a release are coded with, as numbers: it says which findings any filters leave, and counts them,
// without a query. Every array has the finding at position 1 first. Pure; read-register.ts reads it.

/** One value of each finding, by its place in `values`, from 1; 0 is none. */
export interface Column {
  readonly values: readonly string[]
  readonly of: Uint16Array
}

/** Some codes of each finding, as in a column: those of the finding at n are `codes[starts[n]]` up to `starts[n + 1]`. */
export interface Links {
  readonly values: readonly string[]
  readonly starts: Uint32Array
  readonly codes: Uint16Array
}

export const columnNames = [
  'area',
  'inspection',
  'programme',
  'publication',
  'kind',
  'section',
  'basis',
  'scope',
] as const
export type ColumnName = (typeof columnNames)[number]

export interface Register {
  readonly size: number
  readonly columns: Readonly<Record<ColumnName, Column>>
  readonly agency: Links
  readonly theme: Links
  readonly publishedOn: Int32Array
  /** The positions in other orders. */
  readonly orders: Readonly<Record<'position_oldest_first' | 'position_by_id', Uint32Array>>
}

/** Days since the first of 1970 of a date, as the register has them. */
export const dayOf = (date: string): number => Date.parse(date) / 86_400_000

export function bytesOf({ columns, agency, theme, publishedOn, orders }: Register): number {
  const arrays = [
    ...columnNames.map((name) => columns[name].of),
    ...[agency, theme].flatMap(({ starts, codes }) => [starts, codes]),
    ...[publishedOn, orders.position_by_id, orders.position_oldest_first],
  ]
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 1)
}
