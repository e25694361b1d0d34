// /problems/{type}: what the `type` of an error answer leads to.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { problem, problemTypes } from '../../errors.ts'
import { suggest } from '../../lib/suggest.ts'
import { ProblemTypeAnswer } from './problems.schema.ts'

export const problemRoutes: FastifyPluginAsyncTypebox<{ publicUrl: string }> = async (app, { publicUrl }) => {
  app.get(
    '/problems/:type',
    {
      config: { varies: 'build' },
      schema: {
        operationId: 'getProblemType',
        summary: 'Explain a problem type',
        description: 'What the `type` of an error answer means and what to do about it.',
        tags: ['contract'],
        params: Type.Object({
          type: Type.String({ maxLength: 500, description: 'Code of the problem type.' }),
        }),
        response: { 200: ProblemTypeAnswer },
      },
    },
    async ({ params }) => {
      const found = Object.entries(problemTypes).find(([code]) => code === params.type)
      if (found !== undefined) return { data: { type: `${publicUrl}/problems/${found[0]}`, ...found[1] } }
      const allowed = Object.keys(problemTypes)
      const near = suggest(params.type, allowed)
      const detail = 'There is no such problem type.'
      throw problem('not-found', near === null ? detail : `${detail} Did you mean ${near}?`, {
        errors: [{ parameter: 'type', detail, allowed, did_you_mean: near }],
      })
    },
  )
}
