// The table of an export of findings: the columns asked for, and one row a finding or one for each of its codes. Pure.
import { cellsOf, type FindingColumn, findingColumnNames } from '../../dataset/finding-table.ts'
import type { Edition } from '../../db/catalogue.ts'
import type { Cell } from '../../lib/csv.ts'
import type { Finding } from './findings.schema.ts'
import type { CsvExportQuery } from './findings-export.schema.ts'

type Row = readonly Cell[]

export interface Table {
  readonly columns: readonly FindingColumn[]
  /** The rows of a finding: one, or one for each code of the layout's dimension. */
  readonly rowsOf: (finding: Finding) => Row[]
}

/** The table of the columns asked for, in their frozen order. */
export function tableOf(
  { codes }: Edition,
  { fields, layout }: Pick<CsvExportQuery, 'fields' | 'layout'>,
): Table {
  const cells = cellsOf(codes)
  const columns = findingColumnNames.filter((column) => fields?.includes(column) ?? true)
  const toRow = (finding: Finding): Row => columns.map((column) => cells[column](finding))
  return { columns, rowsOf: (finding) => unfold(finding, layout).map(toRow) }
}

function unfold(finding: Finding, layout: CsvExportQuery['layout']): Finding[] {
  if (layout === 'by-agency') return finding.agencies.map((agency) => ({ ...finding, agencies: [agency] }))
  if (layout === 'by-theme') return finding.themes.map((theme) => ({ ...finding, themes: [theme] }))
  return [finding]
}
