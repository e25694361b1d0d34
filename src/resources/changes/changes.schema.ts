// The wire shape of a change event, and the parameters of the feed.
import { type Static, Type } from 'typebox'
import { entities } from '../../dataset/records.ts'
import { component, Meta, Page, ref, tableParameters } from '../../lib/answers.schema.ts'
import { nullable, oneOf, semver } from '../../lib/schema.ts'

const record = (description: string) =>
  nullable(
    Type.Record(Type.String(), Type.Unknown(), { description: 'The fields of the record.' }),
    description,
  )

const changeTypes = ['created', 'corrected', 'withdrawn', 'restored'] as const

export const ChangeEvent = component(
  'ChangeEvent',
  Type.Object(
    {
      seq: Type.Integer({
        minimum: 1,
        description:
          'Number of the event: counts up without a gap, given when its release is published, the same wherever it is published.',
      }),
      type: oneOf(
        changeTypes,
        'created: a new record; corrected: it differs; withdrawn: it no longer stands; restored: withdrawn by mistake, back as it was.',
      ),
      entity: oneOf(entities, 'Kind of record.'),
      id: Type.String({ description: 'Identifier of the record.' }),
      inspection: nullable(
        Type.String(),
        'The inspection the record is about; null where it is about none or several.',
      ),
      release: semver('The release that made the change.'),
      released_at: Type.String({ format: 'date-time', description: 'When that release was made, UTC.' }),
      reason: nullable(Type.String(), 'Why, for readers; null for a new record.'),
      replaced_by: nullable(
        Type.String(),
        'Record to use instead of a withdrawn one; null where there is none.',
      ),
      changed_fields: Type.Array(Type.String({ description: 'Name of a field.' }), {
        description:
          'The fields that differ, in alphabetical order; all of them where there is but one state.',
      }),
      before: record(
        'The record before, without counts and addresses of its own; null where there was none.',
      ),
      after: record('The record after, without counts and addresses of its own; null where there is none.'),
      url: nullable(
        Type.String({ format: 'uri' }),
        'The record as that release has it; 410 where it was withdrawn. null for programmes and inspectorates, which `/v1` lists.',
      ),
    },
    { description: 'What one release changed of one record.' },
  ),
)
export type ChangeEvent = Static<typeof ChangeEvent>

export const ChangesAnswer = Type.Object(
  {
    data: Type.Array(ref(ChangeEvent), { description: 'The events; empty when there is nothing new.' }),
    page: ref(Page),
    next_since: nullable(
      Type.String(),
      'Everything up to here has been told: give it as `since` the next time. There also when `data` is empty; null only while there are no releases.',
    ),
    meta: ref(Meta),
  },
  { description: 'One page of the feed, oldest event first.' },
)

const filters = {
  entity: Type.Optional(
    Type.Array(oneOf(entities, 'A kind of record.'), {
      description: 'Events of these kinds of record. Several mean any of them.',
    }),
  ),
  inspection: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), {
      description:
        'Events of records about these inspections: the inspection itself, its letter, its findings. Several mean any of them.',
    }),
  ),
  type: Type.Optional(
    Type.Array(oneOf(changeTypes, 'A type of event.'), {
      description: 'Events of these types. Several mean any of them.',
    }),
  ),
}

const since = Type.Optional(
  Type.String({
    maxLength: 200,
    description:
      'Events after this point: `next_since` of an earlier answer, never made by hand. Default: from the first one.',
  }),
)

export const defaultLimit = 100
const limit = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 500,
    default: defaultLimit,
    description: 'Most events in one answer.',
  }),
)

export const ChangesQuery = Type.Object({ since, ...filters, limit }, { additionalProperties: false })
export type ChangeFilters = Omit<Static<typeof ChangesQuery>, 'since' | 'limit'>

export const ChangesTableQuery = Type.Object(
  { since, ...filters, ...tableParameters },
  { additionalProperties: false },
)

export const FeedQuery = Type.Object(
  {
    ...filters,
    limit,
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Older events: taken from the `next` link of the feed, never made by hand.',
      }),
    ),
  },
  { additionalProperties: false },
)
