// The parameters of the whole-set exports, and the columns of their tables.
import { type Static, Type } from 'typebox'
import { download, tableParameters } from '../../lib/answers.schema.ts'
import { oneOf } from '../../lib/schema.ts'
import { fields, findingFilters, sort } from './findings.schema.ts'

/** The columns of every table of findings. Frozen: new ones are only ever appended. */
export const columns = [
  'id',
  'programme',
  'scope',
  'inspection',
  'area',
  'area_name',
  'gss_code',
  'region',
  'published_on',
  'kind',
  'section',
  'basis',
  'agencies',
  'agency_labels',
  'themes',
  'theme_labels',
  'summary',
  'page',
  'item',
  'source_title',
  'source_url',
  'note',
  'url',
] as const
export type Column = (typeof columns)[number]

const layouts = ['by-agency', 'by-theme'] as const

const selection = {
  ...findingFilters,
  sort: sort('`relevance` needs `q` and is refused for more than 1,000 hits.'),
}

const columnFields = Type.Optional(
  Type.Array(oneOf(columns, 'A column.'), {
    description: 'Only these columns, always in the order of the table. Default: all.',
  }),
)

export const RecordsExportQuery = Type.Object(
  { ...selection, fields, download },
  { additionalProperties: false },
)
export type RecordsExportQuery = Static<typeof RecordsExportQuery>

export const WorkbookExportQuery = Type.Object(
  { ...selection, fields: columnFields, download },
  { additionalProperties: false },
)
export type WorkbookExportQuery = Static<typeof WorkbookExportQuery>

export const CsvExportQuery = Type.Object(
  {
    ...selection,
    fields: columnFields,
    layout: Type.Optional(
      oneOf(
        layouts,
        'A row for each finding and each of its agencies (or themes), which `agencies` and `agency_labels` (or `themes` and `theme_labels`) then hold alone: to count findings, count distinct `id`. Default: a row for each finding, several values joined by `;`.',
      ),
    ),
    ...tableParameters,
  },
  { additionalProperties: false },
)
export type CsvExportQuery = Static<typeof CsvExportQuery>
