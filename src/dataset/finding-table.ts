// A finding as the row of a table: the columns of every CSV, sheet and file of findings, defined here alone. Pure.
import { Type } from 'typebox'
import type { Cell } from '../lib/csv.ts'
import { keysOf, nullable } from '../lib/schema.ts'
import type { CompleteFinding } from './content.ts'
import {
  AgencyRecord,
  AreaRecord,
  derivedFields,
  EvidenceRecord,
  FindingRecord,
  PublicationRecord,
  ThemeRecord,
} from './records.ts'

const finding = { ...FindingRecord.properties, ...derivedFields }
const evidence = EvidenceRecord.properties

/** The columns with their schemas. Frozen: new ones are only ever appended. */
export const findingColumns = {
  id: finding.id,
  programme: finding.programme,
  scope: finding.scope,
  inspection: finding.inspection,
  area: finding.area,
  area_name: nullable(AreaRecord.properties.name, 'Name of the area; null for a national finding.'),
  gss_code: nullable(AreaRecord.properties.gss_code, 'ONS code of the area; null for a national finding.'),
  region: finding.region,
  published_on: finding.published_on,
  kind: finding.kind,
  section: finding.section,
  basis: finding.basis,
  agencies: finding.agencies,
  agency_labels: Type.Array(AgencyRecord.properties.label, {
    description: 'Labels of the agencies, in their order.',
  }),
  themes: finding.themes,
  theme_labels: Type.Array(ThemeRecord.properties.label, {
    description: 'Labels of the themes, in their order.',
  }),
  summary: finding.summary,
  page: evidence.page,
  item: evidence.item,
  source_title: nullable(PublicationRecord.properties.title, 'Title of the document it was read in.'),
  source_url: nullable(
    Type.String({ format: 'uri' }),
    'Address of that document, opened at the page where it has pages.',
  ),
  note: finding.note,
  url: Type.String({ format: 'uri', description: 'This finding in the API that served the table.' }),
}
export type FindingColumn = keyof typeof findingColumns
export const findingColumnNames = keysOf(findingColumns)

/** What labels and names are looked up in. */
export interface Codes {
  readonly areas: readonly { readonly id: string; readonly name: string; readonly gss_code: string }[]
  readonly publications: readonly { readonly id: string; readonly title: string }[]
  readonly agencies: readonly { readonly id: string; readonly label: string }[]
  readonly themes: readonly { readonly id: string; readonly label: string }[]
}

/** A finding, with its address where it is served. */
export type Tabled = CompleteFinding & { readonly url?: string }

/** How each column is filled. */
export function cellsOf(codes: Codes): Readonly<Record<FindingColumn, (finding: Tabled) => Cell>> {
  const areas = new Map(codes.areas.map((area) => [area.id, area]))
  const titles = new Map(codes.publications.map(({ id, title }) => [id, title]))
  const agencies = new Map(codes.agencies.map(({ id, label }) => [id, label]))
  const themes = new Map(codes.themes.map(({ id, label }) => [id, label]))
  const labels = (known: ReadonlyMap<string, string>, ids: readonly string[]) =>
    ids.map((id) => known.get(id) ?? id)
  return {
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
    url: ({ url }) => url ?? null,
  }
}
