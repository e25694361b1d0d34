// The wire shape of a citation, and its parameters.
import { type Static, Type } from 'typebox'
import { component, itemOf } from '../../lib/answers.schema.ts'
import { oneOf } from '../../lib/schema.ts'

const styles = ['text', 'bibtex', 'ris', 'csl-json'] as const

const text = (description: string) => Type.String({ description })

const CslJson = Type.Object(
  {
    id: text('Key of the citation: the same for the same address under the same release.'),
    type: text('`dataset`.'),
    title: text('What is cited.'),
    author: Type.Array(Type.Object({ literal: text('Name.') }, { description: 'An author.' }), {
      description: 'Who made the data set.',
    }),
    publisher: text('Who publishes it.'),
    issued: Type.Object(
      {
        'date-parts': Type.Array(Type.Array(Type.Integer({ description: 'The year.' })), {
          description: 'The year of the release.',
        }),
      },
      { description: 'When the release was made.' },
    ),
    version: text('The release.'),
    URL: text('The cited address under that release.'),
    note: text('Release and licence.'),
  },
  { description: 'The citation as a CSL-JSON item.' },
)

export const Citation = component(
  'Citation',
  Type.Object(
    {
      url: Type.String({
        format: 'uri',
        description:
          'What is cited: the address under the release that answers it now, where it never changes.',
      }),
      style: oneOf(styles, 'The style of `citation`.'),
      media_type: text('Media type of `citation` when saved as a file.'),
      citation: text('The citation in that style.'),
      csl_json: CslJson,
    },
    { description: 'How to cite an address of this API.' },
  ),
)
export const CitationAnswer = itemOf(Citation)

const url = Type.String({
  minLength: 1,
  description:
    'The address to cite: a path such as `/v1/findings?area=salford` or the whole address, percent-encoded. It is read as a request would be, never fetched.',
})

export const CitationQuery = Type.Object(
  {
    url,
    style: Type.Optional(
      Type.Unsafe<(typeof styles)[number]>({
        type: 'string',
        enum: [...styles],
        default: 'text',
        description: 'text: one line; bibtex, ris and csl-json: for reference managers.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type CitationQuery = Static<typeof CitationQuery>

export const CitationFileQuery = Type.Object({ url }, { additionalProperties: false })
