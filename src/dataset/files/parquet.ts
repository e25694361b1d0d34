// Findings as Apache Parquet: the columns of findings.csv, dates as dates and several values as lists.
import { parquetWriteFile } from 'hyparquet-writer'
import type { Cell } from '../../lib/csv.ts'
import type { Column, Table } from './tables.ts'

type SchemaElement = NonNullable<Parameters<typeof parquetWriteFile>[0]['schema']>[number]

// Read and written a group at a time; the first is small, for those who only look.
const rowsPerGroup = [1_000, 20_000]

/** Writes the file; `about` becomes its key-value metadata. */
export async function writeParquet(
  filename: string,
  { columns, rows }: Table,
  about: Readonly<Record<string, string>>,
): Promise<void> {
  await parquetWriteFile({
    filename,
    columnData: columns.map(({ name, type }, index) => ({
      name,
      data: rows.map((row) => toValue(row[index] ?? null, type)),
    })),
    rowGroupSize: rowsPerGroup,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(describeColumn)],
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
  })
}

const toValue = (cell: Cell, type: Column['type']) =>
  type === 'date' && typeof cell === 'string' ? new Date(`${cell}T00:00:00Z`) : cell

function describeColumn({ name, type, isList, isRequired }: Column): SchemaElement[] {
  if (!isList) return [describeValue(name, type, isRequired ? 'REQUIRED' : 'OPTIONAL')]
  return [
    { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    describeValue('element', type, 'REQUIRED'),
  ]
}

function describeValue(
  name: string,
  type: Column['type'],
  repetition_type: 'REQUIRED' | 'OPTIONAL',
): SchemaElement {
  if (type === 'integer') return { name, type: 'INT32', repetition_type }
  if (type === 'date') return { name, type: 'INT32', converted_type: 'DATE', repetition_type }
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }
}
