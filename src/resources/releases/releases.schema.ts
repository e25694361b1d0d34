// The wire shapes of a release, its files, and its differences from another.
import { type Static, Type } from 'typebox'
import { entities } from '../../dataset/records.ts'
import { Counts, component, Links, Meta, Page, ref } from '../../lib/answers.schema.ts'
import { date, nullable, oneOf, semver, sha256 } from '../../lib/schema.ts'

const url = (description: string) => Type.String({ format: 'uri', description })
const integer = (description: string) => Type.Integer({ minimum: 0, description })

export const versionParameter = Type.String({
  description: 'Version of the release, for example `1.0.0`; `latest` answers 307.',
})

const release = {
  version: semver(
    'Semantic version of the data: PATCH corrects, MINOR adds or withdraws, MAJOR changes a code.',
  ),
  released_at: Type.String({ format: 'date-time', description: 'When the release was made, UTC.' }),
  coded_on: date('Day the coding was finished, YYYY-MM-DD.'),
  notes: Type.String({ description: 'What changed.' }),
  content_sha256: sha256(
    'SHA-256 of the whole content in canonical JSON (RFC 8785); the same wherever the release is published.',
  ),
  counts: ref(Counts),
}

export const Release = component(
  'Release',
  Type.Object(
    { ...release, links: ref(Links) },
    { description: 'An immutable numbered version of the whole data set.' },
  ),
)
export type Release = Static<typeof Release>

export const ReleaseFile = component(
  'ReleaseFile',
  Type.Object(
    {
      name: Type.String({ description: 'File name.' }),
      description: Type.String({ description: 'What it holds.' }),
      media_type: Type.String({ description: 'Media type.' }),
      bytes: integer('Length in bytes.'),
      sha256: sha256('SHA-256 of its bytes.'),
      url: url('The file.'),
    },
    { description: 'A ready-made file of a release; its bytes never change.' },
  ),
)
export type ReleaseFile = Static<typeof ReleaseFile>

const records = Type.Object(
  {
    programmes: integer('Rounds of inspections.'),
    inspectorates: integer('Bodies that inspect.'),
    areas: integer('Areas.'),
    publications: integer('Publications.'),
    agencies: integer('Codes of the agency list.'),
    themes: integer('Codes of the theme list.'),
    inspections: integer('Inspections.'),
    findings: integer('Findings.'),
  },
  { description: 'How many records of each kind.' },
)

export const ReleaseDetail = component(
  'ReleaseDetail',
  Type.Object(
    {
      ...release,
      previous: nullable(semver('Version.'), 'The release before; null for the first one.'),
      next: nullable(semver('Version.'), 'The release after; null while there is none.'),
      records,
      inspections: Type.Array(
        Type.Object(
          { id: Type.String({ description: 'Identifier of the inspection.' }), counts: ref(Counts) },
          { description: 'The findings of one inspection.' },
        ),
        { description: 'Findings of each inspection; national ones belong to none.' },
      ),
      files: Type.Array(ref(ReleaseFile), { description: 'Its ready-made files.' }),
      links: Type.Object(
        {
          self: url('This record.'),
          findings: url('The findings that `counts` counts.'),
          files: url('The files.'),
          diff: url('What it changed.'),
        },
        { description: 'Addresses to follow.' },
      ),
    },
    { description: 'A release with its files and what it holds.' },
  ),
)
export type ReleaseDetail = Static<typeof ReleaseDetail>

const entity = oneOf(entities, 'Kind of record.')
const id = Type.String({ description: 'Identifier of the record.' })
const record = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
const reason = Type.String({
  description: 'Why, for readers; several reasons in the order of their releases.',
})
const own = 'without counts and addresses of its own'

export const ReleaseDiff = component(
  'ReleaseDiff',
  Type.Object(
    {
      from: nullable(semver('Version.'), 'The earlier release; null: nothing at all, before the first one.'),
      to: semver('The later release.'),
      counts: Type.Object(
        {
          added: integer('Records that are new.'),
          corrected: integer('Records that differ.'),
          withdrawn: integer('Records that are gone.'),
        },
        { description: 'The whole difference, on all pages.' },
      ),
      added: Type.Array(
        Type.Object({ entity, id, record: record(`The record, ${own}.`) }, { description: 'A record.' }),
        { description: 'Records of `to` that `from` lacks.' },
      ),
      corrected: Type.Array(
        Type.Object(
          {
            entity,
            id,
            reason,
            fields: Type.Array(
              Type.Object(
                {
                  field: Type.String({ description: 'Name of the field.' }),
                  before: Type.Unknown({ description: 'Its value in `from`.' }),
                  after: Type.Unknown({ description: 'Its value in `to`.' }),
                },
                { description: 'A field.' },
              ),
              { description: 'The fields that differ.' },
            ),
          },
          { description: 'A record.' },
        ),
        { description: 'Records that differ between the two.' },
      ),
      withdrawn: Type.Array(
        Type.Object(
          {
            entity,
            id,
            reason,
            replaced_by: nullable(Type.String(), 'Record to use instead; null where there is none.'),
            record: record(`The record as \`from\` has it, ${own}.`),
          },
          { description: 'A record.' },
        ),
        { description: 'Records of `from` that `to` lacks.' },
      ),
    },
    { description: 'What differs between two releases.' },
  ),
)
export type ReleaseDiff = Static<typeof ReleaseDiff>

export const DiffAnswer = Type.Object(
  { data: ref(ReleaseDiff), page: ref(Page), meta: ref(Meta) },
  { description: 'One page of the difference: added, then corrected, then withdrawn records.' },
)

export const defaultDiffLimit = 100

export const from = Type.Optional(
  Type.String({
    maxLength: 30,
    description: 'Version of an earlier release. Default: the one before.',
  }),
)

export const DiffQuery = Type.Object(
  {
    from,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 500,
        default: defaultDiffLimit,
        description: 'Most records in one answer.',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Where to go on: taken from `page.next` or `page.prev`, never made by hand.',
      }),
    ),
  },
  { additionalProperties: false },
)
