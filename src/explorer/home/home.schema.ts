// The one parameter of the overview.
import { type Static, Type } from 'typebox'

export const HomeQuery = Type.Object(
  {
    show: Type.Optional(
      Type.Unsafe<'area_for_improvement' | 'strength' | 'both'>({
        type: 'string',
        enum: ['area_for_improvement', 'strength', 'both'],
        default: 'area_for_improvement',
        description: 'What the table of agencies and themes counts.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type HomeQuery = Static<typeof HomeQuery>
