// The shape of every record and file of a release folder. JSON Schemas for editors are made from these.
import { type TSchema, Type } from 'typebox'
import { date, id, month, nullable, oneOf, semver, sha256 } from '../lib/schema.ts'
import { authorityTypes, bases, kinds, publicationTypes, scopes, sections } from '../lib/vocabulary.ts'

// One line of plain text that a spreadsheet takes as text: no formula, tab, line break, control character, nor half of
// a character that UTF-16 writes in two. The patterns are read with the u flag, as JSON Schema asks.
const never = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ud800-\\udfff'
export const textPattern = `^[^=+\\-@\\s${never}][^${never}]*$`
export const labelPattern = `^[^=+\\-@\\s;${never}][^;${never}]*$`

const text = (description?: string, maxLength = 1000) =>
  Type.String({ pattern: textPattern, maxLength, ...(description === undefined ? {} : { description }) })
const label = (description: string) => Type.String({ pattern: labelPattern, maxLength: 200, description })
const address = (description: string) =>
  Type.String({ pattern: '^https?://[!-~]+$', maxLength: 500, description })
const ids = (description: string, minItems = 0) =>
  Type.Array(id('A code.'), { minItems, uniqueItems: true, description })
const strict = { additionalProperties: false }

export const ProgrammeRecord = Type.Object(
  {
    id: id('Identifier, for ever: theme and year.'),
    name: label('Name for people.'),
    theme: text('The subject inspected in depth.'),
    started_in: month('Month of the first fieldwork, YYYY-MM.'),
    ended_in: month('Month of the last fieldwork, YYYY-MM.'),
    legal_basis: text('Statute and regulations the inspections rest on.'),
    announced_on: nullable(date(), 'Day the theme was announced; null where unknown.'),
    overview_report: nullable(id(), 'Publication that sums up the round; null until there is one.'),
    facts: Type.Array(text('A fact.'), { description: 'Facts a reader must know about the round.' }),
  },
  { ...strict, description: 'A themed round of joint targeted area inspections.' },
)

export const InspectorateRecord = Type.Object(
  {
    id: id('Identifier, for ever.'),
    name: label('Name at the time of the inspections.'),
    note: nullable(text(), 'Full or later name; null where there is nothing to add.'),
  },
  { ...strict, description: 'A body that carries out the inspections.' },
)

export const AreaRecord = Type.Object(
  {
    id: id('Identifier, for ever.'),
    name: label('Short name.'),
    local_authority: label('Name of the council.'),
    gss_code: Type.String({ pattern: '^E[0-9]{8}$', description: 'ONS code of the local authority.' }),
    authority_type: oneOf(authorityTypes, 'Kind of local authority.'),
    region: id('Slug of the English region.'),
    region_name: label('Name of the English region.'),
    region_gss_code: Type.String({ pattern: '^E12[0-9]{6}$', description: 'ONS code of the region.' }),
    police_force: label('Territorial police force at the time.'),
    police_force_area_gss_code: Type.String({
      pattern: '^E23[0-9]{6}$',
      description: 'ONS code of the police force area.',
    }),
    ofsted_urn: Type.String({
      pattern: '^[0-9]{5,6}$',
      description: 'Ofsted number of the local authority.',
    }),
  },
  { ...strict, description: 'A local authority area that was inspected.' },
)

export const PublicationRecord = Type.Object(
  {
    id: id('Identifier, for ever.'),
    type: oneOf(publicationTypes, 'What kind of document it is.'),
    title: label('Title as printed.'),
    publisher: label('Who published it.'),
    published_on: nullable(date(), 'Day of publication; null where the copy read carries none.'),
    url: address('Address of the document.'),
    pages: nullable(Type.Integer({ minimum: 1, maximum: 2000 }), 'Number of pages; null where unknown.'),
    sha256: nullable(sha256(), 'SHA-256 of the file read; null where no file was read.'),
    licence: nullable(
      Type.String({ pattern: '^[A-Za-z0-9.-]+$' }),
      'SPDX identifier of its licence; null where unknown.',
    ),
    inspection: nullable(id(), 'The one inspection it is about; null where it is about several.'),
    note: nullable(text(), 'What a reader must know of the copy read; null where nothing.'),
  },
  { ...strict, description: 'A dated document that findings are read in or that reports them.' },
)

const codeFields = {
  id: id('Code, for ever.'),
  label: label('Name for people; no semicolon, because CSV joins labels with it.'),
  definition: text('What the code covers.'),
  broader: nullable(id(), 'The broader code it belongs to; null for a top code.'),
}
export const AgencyRecord = Type.Object(codeFields, { ...strict, description: 'A code of the agency list.' })
export const ThemeRecord = Type.Object(codeFields, { ...strict, description: 'A code of the theme list.' })

export const InspectionRecord = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*-[0-9]{4}(-[b-z])?$',
      maxLength: 100,
      description: 'Identifier, for ever: area and year of fieldwork; a second one in a year ends in -b.',
    }),
    programme: id('The programme it belongs to.'),
    area: id('The area inspected.'),
    fieldwork_start: date('First day of fieldwork.'),
    fieldwork_end: date('Last day of fieldwork.'),
    published_on: date('Date of the letter.'),
    letter: id('The publication that is its letter.'),
    inspectorates: ids('Who inspected.', 1),
    response_lead: nullable(id(), 'Agency that leads the written response; null where none is named.'),
    response_contributors: ids('Agencies that contribute to the written response.'),
    response_due_on: nullable(date(), 'Day the written response is due; null where the letter gives none.'),
    safeguarding_children_board: label('The local safeguarding children board.'),
    health_bodies_named: Type.Array(text('A health body.'), {
      description: 'Health bodies the letter names.',
    }),
  },
  { ...strict, description: 'One area inspected in one programme.' },
)

export const EvidenceRecord = Type.Object(
  {
    publication: id('The document.'),
    relation: oneOf(
      bases,
      'stated: the inspectorates say it there; reported: another publication says they found it.',
    ),
    page: nullable(Type.Integer({ minimum: 1 }), 'Page, from 1; null where the document has no pages.'),
    heading: nullable(text(), 'Sub-heading it stands under; null where there is none.'),
    item: nullable(Type.Integer({ minimum: 1 }), 'Bullet within the section, from 1; null in running text.'),
  },
  { ...strict, description: 'Where a finding stands.' },
)

export const FindingRecord = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*-[0-9]{4}(-[b-z])?-[0-9]{3,}$',
      maxLength: 100,
      description:
        'Identifier, for ever: inspection (or overview-YEAR) and a number of three digits at least.',
    }),
    programme: id('The programme it belongs to.'),
    inspection: nullable(id(), 'The inspection; null for a national finding.'),
    publication: id('The document it is a finding of; that document has a publication date.'),
    kind: oneOf(kinds, 'What the inspectorates say it is.'),
    section: oneOf(sections, 'Where it stands in the document.'),
    basis: oneOf(
      bases,
      "stated: read in the inspectorates' own text; reported: read in another publication.",
    ),
    summary: text('The finding in one sentence of our own; no sentence of the letter, no person named.', 400),
    note: nullable(text(), 'What a reader must know beside it; null where nothing.'),
    agencies: ids('The agencies it is about.', 1),
    themes: ids('The themes it is about.', 1),
    evidence: Type.Array(EvidenceRecord, {
      minItems: 1,
      description: 'First the document it was read in, then others that repeat it.',
    }),
  },
  { ...strict, description: 'One statement of the inspectorates.' },
)

/** What a finding takes from what it refers to, on the wire and in files. */
export const derivedFields = {
  scope: oneOf(scopes, 'area: about one inspected area; national: about the round as a whole.'),
  area: nullable(id(), 'The area; null for a national finding.'),
  region: nullable(id(), 'The region of the area; null for a national finding.'),
  published_on: date('Publication date of that document, YYYY-MM-DD.'),
}

/** Every kind of record, in the order of publication, by the name its files begin with. */
export const recordSchemas = {
  programme: ProgrammeRecord,
  inspectorate: InspectorateRecord,
  area: AreaRecord,
  publication: PublicationRecord,
  agency: AgencyRecord,
  theme: ThemeRecord,
  inspection: InspectionRecord,
  finding: FindingRecord,
} as const

export type Entity = keyof typeof recordSchemas
export const entities: readonly Entity[] = [
  'programme',
  'inspectorate',
  'area',
  'publication',
  'agency',
  'theme',
  'inspection',
  'finding',
]

/** Names of the files in `added/`: `findings.yaml`, or split, `findings-salford-2016.yaml`. */
export const fileStems: Readonly<Record<Entity, string>> = {
  programme: 'programmes',
  inspectorate: 'inspectorates',
  area: 'areas',
  publication: 'publications',
  agency: 'agencies',
  theme: 'themes',
  inspection: 'inspections',
  finding: 'findings',
}

export type RecordOf<E extends Entity> = Type.Static<(typeof recordSchemas)[E]>
export type AnyRecord = RecordOf<Entity>

export const ReleaseFile = Type.Object(
  {
    version: semver('Semantic version of the data; the name of the folder.'),
    released_at: Type.String({
      format: 'date-time',
      pattern: '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
      description: 'When the release was made, UTC, YYYY-MM-DDThh:mm:ssZ; later than the one before.',
    }),
    coded_on: date('Day the coding was finished.'),
    notes: text('What changed, for readers.', 2000),
  },
  { ...strict, description: 'release.yaml: what a release is.' },
)
export type ReleaseFile = Type.Static<typeof ReleaseFile>

const reason = text('Why, for readers.')

/** One entry of corrected.yaml for a kind of record. */
export const correctionSchemas = Object.fromEntries(
  entities.map((entity) => [
    entity,
    Type.Object(
      {
        entity: oneOf([entity], 'What kind of record it is.'),
        id: id('The record to correct.'),
        reason,
        set: Type.Object(
          Object.fromEntries(
            Object.entries<TSchema>(recordSchemas[entity].properties)
              .filter(([field]) => field !== 'id')
              .map(([field, schema]) => [field, Type.Optional(schema)]),
          ),
          {
            ...strict,
            minProperties: 1,
            description: 'Only the changed fields; arrays whole, an explicit null empties a field.',
          },
        ),
      },
      strict,
    ),
  ]),
)

export interface Correction {
  readonly entity: Entity
  readonly id: string
  readonly reason: string
  readonly set: Readonly<Record<string, unknown>>
}

export const CorrectedFile = Type.Array(Type.Union(Object.values(correctionSchemas)), {
  description: 'corrected.yaml: records whose fields change.',
})

export const WithdrawnFile = Type.Array(
  Type.Object(
    {
      entity: oneOf(entities, 'What kind of record it is.'),
      id: id('The record to withdraw.'),
      reason,
      replaced_by: nullable(id(), 'The record to use instead; null where there is none.'),
    },
    strict,
  ),
  { description: 'withdrawn.yaml: records that no longer stand.' },
)
export type Withdrawal = Type.Static<typeof WithdrawnFile>[number]

export const RestoredFile = Type.Array(
  Type.Object(
    {
      entity: oneOf(entities, 'What kind of record it is.'),
      id: id('The withdrawn record to bring back, as it last was.'),
      reason,
    },
    strict,
  ),
  { description: 'restored.yaml: records that were withdrawn by mistake.' },
)
export type Restoration = Type.Static<typeof RestoredFile>[number]

export const addedFile = (entity: Entity): TSchema => Type.Array(recordSchemas[entity])
