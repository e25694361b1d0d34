// The wire shape of a publication, and the parameters of their list.
import { type Static, Type } from 'typebox'
import { PublicationRecord } from '../../dataset/records.ts'
import { Counts, component, Links, ref } from '../../lib/answers.schema.ts'
import { date, oneOf } from '../../lib/schema.ts'
import { publicationTypes } from '../../lib/vocabulary.ts'

export const Publication = component(
  'Publication',
  Type.Object(
    { ...PublicationRecord.properties, counts: ref(Counts), links: ref(Links) },
    {
      description:
        'A dated document. `counts` are the findings of it, not those it merely repeats; `links.findings` lists them.',
    },
  ),
)
export type Publication = Static<typeof Publication>

export const PublicationsQuery = Type.Object(
  {
    type: Type.Optional(
      Type.Array(oneOf(publicationTypes, 'A type.'), {
        description: 'Only these types; several mean any of them.',
      }),
    ),
    published_from: Type.Optional(
      date('Published on this day or later, YYYY-MM-DD, from 1900; leaves undated ones out.'),
    ),
    published_to: Type.Optional(
      date('Published on this day or earlier, YYYY-MM-DD, from 1900; leaves undated ones out.'),
    ),
    sort: Type.Optional(
      oneOf(
        ['published_on', '-published_on'],
        'By date, oldest or newest (-) first, undated last both ways. Default: code-list order.',
      ),
    ),
  },
  { additionalProperties: false },
)
export type PublicationsQuery = Static<typeof PublicationsQuery>
