// A finding as the row of a table: the columns of CSV and spreadsheet. Pure.
import type { Edition } from '../../db/catalogue.ts'
import type { Cell } from '../../lib/csv.ts'
import type { Finding } from './findings.schema.ts'
import { type Column, type CsvExportQuery, columns } from './findings-export.schema.ts'

type Row = readonly Cell[]

export interface Table {
  readonly columns: readonly Column[]
  /** The rows of a finding: one, or one for each code of the layout's dimension. */
  readonly rowsOf: (finding: Finding) => Row[]
}

/** The table of the columns asked for, in their frozen order. */
export function tableOf(
  { codes }: Edition,
  { fields, layout }: Pick<CsvExportQuery, 'fields' | 'layout'>,
): Table {
  const areas = new Map(codes.areas.map((area) => [area.id, area]))
  const titles = new Map(codes.publications.map(({ id, title }) => [id, title]))
  const agencies = new Map(codes.agencies.map(({ id, label }) => [id, label]))
  const themes = new Map(codes.themes.map(({ id, label }) => [id, label]))
  const labels = (known: ReadonlyMap<string, string>, ids: readonly string[]) =>
    ids.map((id) => known.get(id) ?? id)

  const cells: Readonly<Record<Column, (finding: Finding) => Cell>> = {
    id: ({ id }) => id,
    programme: ({ programme }) => programme,
    scope: ({ scope }) => scope,
    inspection: ({ inspection }) => inspection,
    area: ({ area }) => area,
    area_name: ({ area }) => areas.get(area ?? '')?.name ?? null,
    gss_code: ({ area }) => areas.get(area ?? '')?.gss_code ?? null,
    region: ({ region }) => region,
    published_on: ({ published_on }) => published_on,
    kind: ({ kind }) => kind,
    section: ({ section }) => section,
    basis: ({ basis }) => basis,
    agencies: (finding) => finding.agencies,
    agency_labels: (finding) => labels(agencies, finding.agencies),
    themes: (finding) => finding.themes,
    theme_labels: (finding) => labels(themes, finding.themes),
    summary: ({ summary }) => summary,
    page: ({ evidence: [source] }) => source?.page ?? null,
    item: ({ evidence: [source] }) => source?.item ?? null,
    source_title: ({ evidence: [source] }) => titles.get(source?.publication ?? '') ?? null,
    source_url: ({ evidence: [source] }) => source?.url ?? null,
    note: ({ note }) => note,
    url: ({ url }) => url,
  }
  const chosen = columns.filter((column) => fields?.includes(column) ?? true)
  const toRow = (finding: Finding): Row => chosen.map((column) => cells[column](finding))
  return { columns: chosen, rowsOf: (finding) => unfold(finding, layout).map(toRow) }
}

function unfold(finding: Finding, layout: CsvExportQuery['layout']): Finding[] {
  if (layout === 'by-agency') return finding.agencies.map((agency) => ({ ...finding, agencies: [agency] }))
  if (layout === 'by-theme') return finding.themes.map((theme) => ({ ...finding, themes: [theme] }))
  return [finding]
}
