// The wire shape of an explanation of a problem type.
import { Type } from 'typebox'
import { component, ref } from '../../lib/answers.schema.ts'

export const ProblemType = component(
  'ProblemType',
  Type.Object(
    {
      type: Type.String({ format: 'uri', description: 'The address answers name as `type`.' }),
      title: Type.String({ description: 'The kind of problem in a few words.' }),
      status: Type.Integer({ minimum: 400, maximum: 599, description: 'HTTP status code.' }),
      description: Type.String({ description: 'What it means and what to do.' }),
    },
    { description: 'An explanation of one kind of problem.' },
  ),
)

export const ProblemTypeAnswer = Type.Object({ data: ref(ProblemType) }, { description: 'The explanation.' })
