// Schemas shared by every answer: page, meta, links, counts, problem. Schemas with a name become components.
import { type Static, type TSchema, Type } from 'typebox'
import { nullable, semver } from './schema.ts'

/** A schema that becomes a named component of the OpenAPI document. */
export type Component<S extends TSchema = TSchema> = S & { readonly $id: string }

export const component = <S extends TSchema>(name: string, schema: S): Component<S> =>
  Object.assign(schema, { $id: name })

/** A reference to a component, typed as what it refers to. */
export const ref = <S extends Component>(schema: S) => Type.Unsafe<Static<S>>({ $ref: `${schema.$id}#` })

const url = (description?: string) =>
  Type.String({ format: 'uri', ...(description === undefined ? {} : { description }) })
const integer = (description: string) => Type.Integer({ minimum: 0, description })

export const Counts = component(
  'Counts',
  Type.Object(
    {
      total: integer('All findings.'),
      strength: integer('Findings of kind `strength`.'),
      area_for_improvement: integer('Findings of kind `area_for_improvement`.'),
      context: integer('Findings of kind `context`.'),
    },
    {
      description:
        'How many findings, in all and by kind. Every section is counted, the opening summary too; counts of statements are not prevalence.',
    },
  ),
)
export type Counts = Static<typeof Counts>

export const Links = component(
  'Links',
  Type.Object(
    {
      self: url('This record.'),
      findings: url('The findings that `counts` counts.'),
    },
    { description: 'Addresses to follow.' },
  ),
)

export const Meta = component(
  'Meta',
  Type.Object(
    {
      release: semver('Version of the data set that answers, for example `1.0.0`.'),
      released_at: Type.String({ format: 'date-time', description: 'When that release was made, UTC.' }),
      query: Type.String({
        description:
          'The query as understood, in canonical form: keys and values sorted, defaults dropped. Empty when there is none.',
      }),
      permalink: url(
        'This very answer for ever: the same address under the release that answers. `/v1` and `/v1/releases`, which tell what is current, and `/v1/citation` name themselves.',
      ),
      citation: Type.String({ description: 'One line to cite this answer by.' }),
      licence: Type.Object(
        {
          id: Type.String({ description: 'SPDX identifier.' }),
          name: Type.String({ description: 'Name of the licence.' }),
          url: url('Text of the licence.'),
        },
        { description: 'Licence of the data.' },
      ),
      attribution: Type.String({ description: 'The acknowledgement the licence asks for.' }),
      caveats: Type.Array(Type.String({ description: 'One caveat.' }), {
        description: 'What must be said wherever these numbers are shown.',
      }),
    },
    { description: 'Where an answer comes from and how to cite it.' },
  ),
)

export const Page = component(
  'Page',
  Type.Object(
    {
      limit: nullable(
        Type.Integer({ minimum: 1 }),
        'Most rows a page holds; null where the list always comes whole.',
      ),
      count: integer('Rows in this answer.'),
      total: integer('Rows of the whole filtered list.'),
      next: nullable(url(), 'Address of the next page; null on the last one.'),
      prev: nullable(url(), 'Address of the page before; null on the first one.'),
    },
    { description: 'Which part of the list this is.' },
  ),
)

export const listOf = <S extends Component>(item: S) =>
  Type.Object(
    {
      data: Type.Array(ref(item), { description: 'The rows; empty when nothing matches.' }),
      page: ref(Page),
      meta: ref(Meta),
    },
    { description: 'The list.' },
  )

export const itemOf = <S extends Component>(item: S) =>
  Type.Object({ data: ref(item), meta: ref(Meta) }, { description: 'The record.' })

export const download = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'true: browsers save the answer as a file instead of showing it.',
  }),
)

/** What every CSV address takes beside its own parameters. */
export const tableParameters = {
  bom: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'true: the file begins with a byte order mark, by which older Excel knows UTF-8.',
    }),
  ),
  download,
}

/** An answer that is not JSON: a text, or with `format: 'binary'` bytes. */
export const fileAnswer = (mediaType: string, description: string, options: { format?: 'binary' } = {}) => ({
  description,
  content: { [mediaType]: { schema: Type.String({ description, ...options }) } },
})

export const Problem = component(
  'Problem',
  Type.Object(
    {
      type: url('Address that explains this kind of problem.'),
      title: Type.String({
        description: 'The kind of problem in a few words; the same for every occurrence.',
      }),
      status: Type.Integer({ minimum: 400, maximum: 599, description: 'HTTP status code.' }),
      detail: Type.String({ description: 'What went wrong this time, for a person.' }),
      instance: Type.String({ description: 'The path asked for.' }),
      request_id: Type.String({ description: 'Quote it when reporting a problem; also in `Request-Id`.' }),
      errors: Type.Array(
        Type.Object(
          {
            parameter: Type.String({ description: 'Name of the parameter.' }),
            detail: Type.String({ description: 'What is wrong with it.' }),
            allowed: Type.Array(Type.String({ description: 'An allowed value, or a description of one.' }), {
              description: 'What is allowed.',
            }),
            did_you_mean: nullable(Type.String(), 'The nearest allowed value; null where none is near.'),
          },
          { description: 'One mistake.' },
        ),
        { description: 'Every parameter that is wrong; empty where no parameter is to blame.' },
      ),
    },
    { description: 'An error answer (RFC 9457, application/problem+json).' },
  ),
)
