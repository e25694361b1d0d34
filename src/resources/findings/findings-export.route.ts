// /findings.csv, .ndjson, .json and .xlsx: the whole of a selection in one answer.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { exportTimeout } from '../../http/exports.ts'
import { nameFile } from '../../http/file-name.ts'
import type { Scope } from '../../http/scope.ts'
import { mediaTypes } from '../../lib/formats.ts'
import type { ResourceOptions } from '../options.ts'
import { checkSelection } from './findings.filter.ts'
import { exportFormats, refuseMore } from './findings.formats.ts'
import { formats, type Selection } from './findings.schema.ts'
import { judgeFindings, mostRelevant } from './findings.walk.ts'

export const findingExportRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (
  app,
  { db, sendExport },
) => {
  for (const { extension, name, mostRows, ...format } of exportFormats) {
    const check = async (scope: Scope, query: Selection) => {
      await checkSelection(db, scope.edition, query)
      const most = Math.min(mostRows ?? Infinity, query.sort === 'relevance' ? mostRelevant : Infinity)
      if (most < Infinity) refuseMore((await judgeFindings(db, scope.edition, query)).total, most, scope)
    }
    app.get(
      `/findings${extension}`,
      {
        config: { varies: 'release', mediaType: mediaTypes[extension], formats, check },
        handlerTimeout: exportTimeout,
        schema: {
          operationId: `exportFindings${operationSuffix(extension)}`,
          summary: `Export findings as ${name}`,
          description: `The whole filtered set in one answer, however long, as one release has it. ${format.description} A connection that breaks before the end has failed: nothing but data is ever written into it.`,
          tags: ['findings'],
          querystring: format.querystring,
          response: { 200: format.answer },
        },
      },
      async (request, reply) => {
        const { scope, asked } = request
        await check(scope, asked)
        nameFile(request, reply, 'findings', extension)
        reply.type(format.contentType)
        return sendExport(request, reply, (gone) => format.write(db, scope, asked, gone))
      },
    )
  }
}

const operationSuffix = (extension: string): string =>
  extension.slice(1, 2).toUpperCase() + extension.slice(2)
