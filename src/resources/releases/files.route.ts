// /releases/{version}/files and each file: made once at publication, the same bytes for ever.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { problem } from '../../errors.ts'
import type { PathParameters } from '../../http/caching.ts'
import { exportTimeout } from '../../http/exports.ts'
import { sendFile } from '../../http/files.ts'
import type { Scope } from '../../http/scope.ts'
import { csvAnswer, describeTable, sendTable, tableFormats } from '../../http/tables.ts'
import { listOf, tableParameters } from '../../lib/answers.schema.ts'
import { answerWhole } from '../../lib/answers.ts'
import type { Query } from '../../lib/canonical-query.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { recordTable } from '../../lib/record-table.ts'
import { suggest } from '../../lib/suggest.ts'
import type { ResourceOptions } from '../options.ts'
import { readFileParts } from './files.query.ts'
import { filesOf } from './releases.query.ts'
import { ReleaseFile, versionParameter } from './releases.schema.ts'

const tags = ['releases']
const list = {
  operationId: 'listReleaseFiles',
  summary: 'List the files of a release',
  description: 'Every ready-made file of a release, with its length and its SHA-256.',
}
const params = Type.Object({ version: versionParameter })

export const fileRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (
  app,
  { db, publicUrl, sendExport },
) => {
  app.get(
    '/releases/:version/files',
    {
      config: { varies: 'release', formats: tableFormats },
      schema: { ...list, tags, params, response: { 200: listOf(ReleaseFile) } },
    },
    async ({ scope }) => answerWhole(scope, filesOf(scope.edition, publicUrl)),
  )

  app.get(
    '/releases/:version/files.csv',
    {
      config: { varies: 'release', mediaType: mediaTypes['.csv'], formats: tableFormats },
      schema: {
        ...describeTable(list),
        tags,
        params,
        querystring: Type.Object(tableParameters, { additionalProperties: false }),
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { columns, rowOf } = recordTable(ReleaseFile)
      const rows = filesOf(request.scope.edition, publicUrl).map(rowOf)
      return sendTable(request, reply, 'files', columns, rows)
    },
  )

  app.get(
    '/releases/:version/files/:name',
    {
      config: {
        varies: 'file',
        check: async (scope: Scope, _query: Query, { name = '' }: PathParameters) => findFile(scope, name),
      },
      compress: false,
      handlerTimeout: exportTimeout,
      schema: {
        operationId: 'getReleaseFile',
        summary: 'Download a file of a release',
        description:
          'One ready-made file. Its bytes never change: `ETag` is strong, `Repr-Digest` (RFC 9530) proves them, and a range can be asked for. It is sent without content coding; `all.zip` is the smallest way to have everything. Text files are the same bytes wherever the release is published.',
        tags,
        params: Type.Object({
          version: versionParameter,
          name: Type.String({
            maxLength: 100,
            description: 'Name of the file, for example `findings.csv`, from `files` of the release.',
          }),
        }),
        response: {
          200: bytes('The file.'),
          206: bytes('The part of the file that `Range` asks for.'),
        },
      },
    },
    async (request, reply) => {
      const { scope, params } = request
      const file = findFile(scope, params.name)
      const { id } = scope.edition.release
      reply.header('Link', linksOf(file.name, `${publicUrl}/v1/releases/${scope.release.version}/files`))
      return sendFile(request, reply, file, (range) => readFileParts(db, id, file.name, range), sendExport)
    },
  )
}

const bytes = (description: string) => ({
  description,
  content: { '*/*': { schema: Type.String({ format: 'binary', description }) } },
})

function findFile({ edition, release }: Scope, name: string) {
  const found = edition.files.find((file) => file.name === name)
  if (found !== undefined) return found
  const allowed = edition.files.map((file) => file.name)
  const near = suggest(name, allowed)
  const hint = near === null ? '' : ` Did you mean ${near}?`
  const shown = name.slice(0, 100).replaceAll(/\p{Cc}/gu, '\u{fffd}')
  throw problem('not-found', `Release ${release.version} has no file ${shown}.${hint}`, {
    errors: [{ parameter: 'name', detail: 'There is no such file.', allowed, did_you_mean: near }],
  })
}

// A table on the web is found with its description, and the description with its table.
const linksOf = (name: string, folder: string): string =>
  [
    `<${folder}/datapackage.json>; rel="describedby"; type="application/json"`,
    ...(name === 'findings.csv'
      ? [`<${folder}/findings.csv-metadata.json>; rel="describedby"; type="application/csvm+json"`]
      : []),
  ].join(', ')
