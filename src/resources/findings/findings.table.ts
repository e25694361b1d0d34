// The columns of an export of findings, and a finding as a row of them. Pure.
import { type Codes, cellsOf, type FindingColumn, findingColumnNames } from '../../dataset/finding-table.ts'
import type { Cell } from '../../lib/csv.ts'
import type { Finding } from './findings.schema.ts'
import type { WorkbookExportQuery } from './findings-export.schema.ts'

export interface Table {
  readonly columns: readonly FindingColumn[]
  readonly rowOf: (finding: Finding) => readonly Cell[]
}

/** The columns asked for, in their frozen order. */
export const columnsOf = ({ fields }: Pick<WorkbookExportQuery, 'fields'>): FindingColumn[] =>
  findingColumnNames.filter((column) => fields?.includes(column) ?? true)

export function tableOf(codes: Codes, query: Pick<WorkbookExportQuery, 'fields'>): Table {
  const cells = cellsOf(codes)
  const columns = columnsOf(query)
  return { columns, rowOf: (finding) => columns.map((column) => cells[column](finding)) }
}
