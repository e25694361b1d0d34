// The wire shapes of facets and crosstab, and their parameters.
import { type Static, Type } from 'typebox'
import { component, Meta, ref, tableParameters } from '../../lib/answers.schema.ts'
import { nullable, oneOf } from '../../lib/schema.ts'
import { countedBy, findingFilters } from './findings.schema.ts'

const count = Type.Integer({ minimum: 0, description: 'How many.' })
const url = Type.String({
  format: 'uri',
  description: 'The list of just the findings counted. In a crosstab of inspections: of those inspections.',
})
const id = nullable(
  Type.String(),
  'The value, as the filter of the dimension takes it; null for findings that have none, the national ones.',
)
const label = Type.String({ description: 'The value for people.' })
const broader = nullable(
  Type.String(),
  'The value above it: agencies and themes have broader codes, which count it too. Null at the top.',
)

const Total = Type.Object({ count, url }, { description: 'All together, each counted once.' })

export const Facets = component(
  'Facets',
  Type.Object(
    {
      total: Total,
      facets: Type.Array(
        Type.Object(
          {
            dimension: oneOf(countedBy, 'What is counted by; the key of its filter.'),
            total: Total,
            values: Type.Array(
              Type.Object(
                {
                  id,
                  label,
                  broader,
                  count,
                  selected: Type.Boolean({ description: 'The request filters by this value.' }),
                  url,
                },
                { description: 'One value.' },
              ),
              { description: 'Every value in code-list order, those without a finding too.' },
            ),
          },
          { description: 'The findings by one dimension, under all filters but its own.' },
        ),
        { description: 'One facet for each dimension.' },
      ),
    },
    {
      description:
        'Counts of findings. A finding with several agencies or themes counts once under each, and under the broader codes of each unless `rollup` is false.',
    },
  ),
)
export type Facets = Static<typeof Facets>

const axes = ['area', 'agency', 'theme', 'kind', 'section', 'region', 'basis'] as const
const measures = ['inspections', 'findings'] as const
const levels = ['broad', 'narrow'] as const

const axisValue = Type.Object({ id, label, broader, count, url }, { description: 'A value and its total.' })

export const Crosstab = component(
  'Crosstab',
  Type.Object(
    {
      rows: oneOf(axes, 'The dimension of the rows.'),
      cols: oneOf(axes, 'The dimension of the columns.'),
      measure: oneOf(measures, 'What is counted.'),
      level: oneOf(levels, 'Whether agencies and themes are rolled up to the top codes.'),
      total: Total,
      row_values: Type.Array(axisValue, { description: 'The rows in code-list order, each with its total.' }),
      col_values: Type.Array(axisValue, {
        description: 'The columns in code-list order, each with its total.',
      }),
      cells: Type.Array(
        Type.Object(
          {
            row: nullable(Type.String(), 'The `id` of the row.'),
            col: nullable(Type.String(), 'The `id` of the column.'),
            count,
            url,
          },
          { description: 'One cell.' },
        ),
        { description: 'Every cell, row by row, zeros too.' },
      ),
    },
    {
      description:
        'Counts by two dimensions. Totals count each finding or inspection once: cells of agencies or themes overlap and do not add up to them.',
    },
  ),
)
export type Crosstab = Static<typeof Crosstab>

const strict = { additionalProperties: false }
const table = {
  rows: oneOf(axes, 'The dimension of the rows, for example `agency`.'),
  cols: oneOf(axes, 'The dimension of the columns, another one than the rows, for example `theme`.'),
  measure: Type.Optional(
    Type.Unsafe<(typeof measures)[number]>({
      type: 'string',
      enum: [...measures],
      default: 'inspections',
      description:
        'What is counted: in how many inspections there is such a finding, or how many findings there are.',
    }),
  ),
  level: Type.Optional(
    Type.Unsafe<(typeof levels)[number]>({
      type: 'string',
      enum: [...levels],
      default: 'broad',
      description:
        'broad: agencies and themes are rolled up to the top codes; narrow: as coded, and links carry `rollup=false`.',
    }),
  ),
}

export const FacetsQuery = Type.Object(findingFilters, strict)
export const FacetsTableQuery = Type.Object({ ...findingFilters, ...tableParameters }, strict)
export const CrosstabQuery = Type.Object({ ...findingFilters, ...table }, strict)
export const CrosstabTableQuery = Type.Object({ ...findingFilters, ...table, ...tableParameters }, strict)
export type CrosstabQuery = Static<typeof CrosstabQuery>

export const FacetsAnswer = Type.Object(
  { data: ref(Facets), meta: ref(Meta) },
  { description: 'The counts.' },
)
export const CrosstabAnswer = Type.Object(
  { data: ref(Crosstab), meta: ref(Meta) },
  { description: 'The counts.' },
)
