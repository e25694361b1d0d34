// /releases and /releases/{version}. What stands below a version is mounted by v1.ts.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { csvAnswer, describeTable, sendTable, tableFormats } from '../../http/tables.ts'
import { itemOf, listOf, tableParameters } from '../../lib/answers.schema.ts'
import { answerItem, answerWhole } from '../../lib/answers.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { recordTable } from '../../lib/record-table.ts'
import type { ResourceOptions } from '../options.ts'
import { getRelease, listReleases } from './releases.query.ts'
import { Release, ReleaseDetail, versionParameter } from './releases.schema.ts'

const tags = ['releases']
const list = {
  operationId: 'listReleases',
  summary: 'List the releases',
  description: 'Every release of the data set, newest first.',
}

export const releaseRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (
  app,
  { db, catalogue, publicUrl },
) => {
  app.get(
    '/releases',
    {
      config: { varies: 'release', formats: tableFormats },
      schema: { ...list, tags, response: { 200: listOf(Release) } },
    },
    async ({ scope }) => answerWhole(scope, await listReleases(db, catalogue.releases(), publicUrl)),
  )

  app.get(
    '/releases.csv',
    {
      config: { varies: 'release', mediaType: mediaTypes['.csv'], formats: tableFormats },
      schema: {
        ...describeTable(list),
        tags,
        querystring: Type.Object(tableParameters, { additionalProperties: false }),
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { columns, rowOf } = recordTable(Release)
      const releases = await listReleases(db, catalogue.releases(), publicUrl)
      return sendTable(request, reply, 'releases', columns, releases.map(rowOf))
    },
  )

  app.get(
    '/releases/:version',
    {
      config: { varies: 'releases' },
      schema: {
        operationId: 'getRelease',
        summary: 'Get a release',
        description:
          'One release by its version: what it holds, its files, the releases before and after. `latest` answers 307 to the current one, here and on every path below.',
        tags,
        params: Type.Object({ version: versionParameter }),
        response: { 200: itemOf(ReleaseDetail) },
      },
    },
    async ({ scope }) => answerItem(scope, await getRelease(db, scope.edition, catalogue, publicUrl)),
  )
}
