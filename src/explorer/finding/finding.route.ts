// /findings/{id}.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { describeAnswer } from '../../lib/answers.ts'
import { findFinding } from '../../resources/findings/findings.find.ts'
import { sendPage } from '../frame/page.ts'
import type { ExplorerOptions } from '../options.ts'
import { findingPage } from './finding.page.ts'

export const findingRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (app, { db, site }) => {
  app.get(
    '/findings/:id',
    {
      config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' },
      schema: { hide: true, params: Type.Object({ id: Type.String() }) },
    },
    async ({ params: { id }, scope }, reply) => {
      const finding = await findFinding(db, scope, id, '/v1')
      return sendPage(reply, findingPage(finding, scope.edition, describeAnswer(scope), site), site)
    },
  )
}
