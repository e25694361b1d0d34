// The wire shape of a finding, and every parameter of the list of findings.
import { type Static, type TSchema, Type } from 'typebox'
import {
  AgencyRecord,
  AreaRecord,
  derivedFields,
  EvidenceRecord,
  FindingRecord,
  InspectionRecord,
  PublicationRecord,
  ThemeRecord,
} from '../../dataset/records.ts'
import { component, Meta, Page, ref } from '../../lib/answers.schema.ts'
import { date, keysOf, oneOf } from '../../lib/schema.ts'
import { bases, kinds, scopes, sections } from '../../lib/vocabulary.ts'

const record = FindingRecord.properties

export const Evidence = component(
  'Evidence',
  Type.Object(
    {
      ...EvidenceRecord.properties,
      url: Type.String({
        format: 'uri',
        description: 'The document, opened at the page where it has pages.',
      }),
    },
    { description: 'Where a finding stands.' },
  ),
)

const properties = {
  id: record.id,
  programme: record.programme,
  scope: derivedFields.scope,
  inspection: record.inspection,
  area: derivedFields.area,
  region: derivedFields.region,
  publication: record.publication,
  published_on: derivedFields.published_on,
  kind: record.kind,
  section: record.section,
  basis: record.basis,
  summary: record.summary,
  note: record.note,
  agencies: record.agencies,
  themes: record.themes,
  evidence: Type.Array(ref(Evidence), {
    minItems: 1,
    description: 'First the document it was read in, then others that repeat it.',
  }),
  url: Type.String({ format: 'uri', description: 'This finding in this API.' }),
}

export const Finding = component(
  'Finding',
  Type.Object(properties, { description: 'One statement of the inspectorates, in our own words.' }),
)
export type Finding = Static<typeof Finding>

export const fieldNames = keysOf(properties)

export const SparseFinding = component(
  'SparseFinding',
  Type.Partial(Type.Object(properties), {
    description: 'A finding with only the fields that `fields` asks for.',
  }),
)

const byId = <S extends TSchema>(record: S, what: string) =>
  Type.Optional(
    Type.Record(Type.String(), record, { description: `The ${what} referred to, by identifier.` }),
  )

export const Included = component(
  'Included',
  Type.Object(
    {
      areas: byId(AreaRecord, 'areas'),
      inspections: byId(InspectionRecord, 'inspections'),
      agencies: byId(AgencyRecord, 'agencies'),
      themes: byId(ThemeRecord, 'themes'),
      publications: byId(PublicationRecord, 'publications'),
    },
    { description: 'What `expand` asks for, by type and identifier; absent without `expand`.' },
  ),
)
export type Included = Static<typeof Included>

const Row = Type.Union([ref(Finding), ref(SparseFinding)])

export const FindingsAnswer = Type.Object(
  {
    data: Type.Array(Row, { description: 'The rows; empty when nothing matches.' }),
    page: ref(Page),
    included: Type.Optional(ref(Included)),
    meta: ref(Meta),
  },
  { description: 'One page of the list.' },
)

export const FindingAnswer = Type.Object(
  { data: Row, included: Type.Optional(ref(Included)), meta: ref(Meta) },
  { description: 'The finding.' },
)

const codes = (what: string) =>
  Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), { description: `${what} Several mean any of them.` }),
  )
const closed = <const T extends readonly string[]>(values: T, what: string) =>
  Type.Optional(Type.Array(oneOf(values, 'A value.'), { description: `${what} Several mean any of them.` }))

/** The filters of findings: different keys must all hold. */
export const findingFilters = {
  area: codes('Findings about these areas.'),
  agency: codes('Findings about these agencies, their narrower codes included.'),
  theme: codes('Findings about these themes, their narrower codes included.'),
  rollup: Type.Optional(
    Type.Boolean({
      default: true,
      description: 'false: `agency` and `theme` mean only the codes themselves, not the narrower ones.',
    }),
  ),
  kind: closed(kinds, 'Findings of these kinds.'),
  section: closed(sections, 'Findings that stand in these sections.'),
  basis: closed(bases, 'Findings read in the text itself (stated) or in another publication (reported).'),
  scope: closed(scopes, 'Findings about one area, or national ones.'),
  inspection: codes('Findings of these inspections.'),
  programme: codes('Findings of these programmes.'),
  publication: codes('Findings of these publications.'),
  region: codes('Findings about areas of these regions.'),
  published_from: Type.Optional(date('Published on this day or later, YYYY-MM-DD, from 1900.')),
  published_to: Type.Optional(date('Published on this day or earlier, YYYY-MM-DD, from 1900.')),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Words to find in the summary and in the labels of agencies and themes, in English: all must occur; `"a phrase"`, `or` and `-not` work. At most 16 words. An identifier finds that finding.',
    }),
  ),
}

export const sorts = ['-published_on', 'published_on', 'id', '-id', 'relevance'] as const
const expansions = ['area', 'inspection', 'agencies', 'themes', 'publications'] as const

/** Only some of the fields of a finding. */
export const fields = Type.Optional(
  Type.Array(oneOf(fieldNames, 'A field.'), {
    description: 'Only these fields of each finding. Default: all.',
  }),
)

const shape = {
  fields,
  expand: Type.Optional(
    Type.Array(oneOf(expansions, 'A kind of reference.'), {
      description: 'Adds the records referred to under `included`, by type and identifier; changes no field.',
    }),
  ),
}

export const defaultLimit = 100

/** The order of findings. */
export const sort = (description: string) =>
  Type.Optional(
    Type.Unsafe<(typeof sorts)[number]>({
      type: 'string',
      enum: [...sorts],
      default: '-published_on',
      description: `Order. \`-published_on\`: newest publication first; ties by id. ${description}`,
    }),
  )

export const FindingsQuery = Type.Object(
  {
    ...findingFilters,
    sort: sort('`relevance` needs `q` and walks the best 1,000 hits.'),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        default: defaultLimit,
        description: 'Most findings in one answer.',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Where to go on: taken from `page.next` or `page.prev`, never made by hand.',
      }),
    ),
    ...shape,
  },
  { additionalProperties: false },
)
export type FindingsQuery = Static<typeof FindingsQuery>

/** Which findings: the filters alone, or with their order. */
export type FindingFilters = Omit<FindingsQuery, 'sort' | 'limit' | 'cursor' | 'fields' | 'expand'>
export type Selection = FindingFilters & Pick<FindingsQuery, 'sort'>

export const FindingQuery = Type.Object(shape, { additionalProperties: false })
export type FindingQuery = Static<typeof FindingQuery>

/** The filters findings are counted by: each is a dimension. */
export const countedBy = [
  'area',
  'agency',
  'theme',
  'kind',
  'section',
  'basis',
  'scope',
  'inspection',
  'programme',
  'publication',
  'region',
] as const
export type Dimension = (typeof countedBy)[number]

/** What findings are served in, by the extension of the address. */
export const formats = ['', '.csv', '.ndjson', '.json', '.xlsx'] as const
