// /v1 itself.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { itemOf } from '../../lib/answers.schema.ts'
import { answerItem } from '../../lib/answers.ts'
import type { ResourceOptions } from '../options.ts'
import { getService } from './service.query.ts'
import { Service } from './service.schema.ts'

export const serviceRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (app, { db, publicUrl }) => {
  app.get(
    '',
    {
      config: { varies: 'release' },
      schema: {
        operationId: 'getService',
        summary: 'Get the service document',
        description: 'Coverage, current release, counts and links to everything: where to begin.',
        tags: ['service'],
        response: { 200: itemOf(Service) },
      },
    },
    async ({ scope }) => answerItem(scope, await getService(db, scope.edition, publicUrl)),
  )
}
