// The parameters of the whole-set exports.
import { type Static, Type } from 'typebox'
import { findingColumnNames } from '../../dataset/finding-table.ts'
import { download, tableParameters } from '../../lib/answers.schema.ts'
import { oneOf } from '../../lib/schema.ts'
import { fields, findingFilters, sort } from './findings.schema.ts'

const layouts = ['by-agency', 'by-theme'] as const

const selection = {
  ...findingFilters,
  sort: sort('`relevance` needs `q` and is refused for more than 1,000 hits.'),
}

const columnFields = Type.Optional(
  Type.Array(oneOf(findingColumnNames, 'A column.'), {
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
