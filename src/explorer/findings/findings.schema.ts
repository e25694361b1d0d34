// The parameters of the page of findings: those of the API, with a page length of its own.
import { type Static, Type } from 'typebox'
import { FindingsQuery } from '../../resources/findings/findings.schema.ts'

const { fields: _fields, expand: _expand, limit: _limit, ...filters } = FindingsQuery.properties

export const pageLengths = [25, 50, 100] as const
export const defaultLength = 25

export const FindingsPageQuery = Type.Object(
  {
    ...filters,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: defaultLength,
        description: 'Findings on a page, 1 to 100.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type FindingsPageQuery = Static<typeof FindingsPageQuery>
