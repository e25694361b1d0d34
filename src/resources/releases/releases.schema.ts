// The wire shape of a release.
import { type Static, Type } from 'typebox'
import { Counts, component, Links, ref } from '../../lib/answers.schema.ts'
import { date, semver, sha256 } from '../../lib/schema.ts'

export const Release = component(
  'Release',
  Type.Object(
    {
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
      links: ref(Links),
    },
    { description: 'An immutable numbered version of the whole data set.' },
  ),
)
export type Release = Static<typeof Release>
