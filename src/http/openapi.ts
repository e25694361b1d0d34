// The contract, made from the schemas of the routes: /openapi.json, /openapi.yaml and the reference at /docs.
import { readFileSync } from 'node:fs'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { stringify } from 'yaml'
import { problem } from '../errors.ts'
import { licence, serviceName } from '../lib/about.ts'
import { type Component, Problem, ref } from '../lib/answers.schema.ts'
import { noParameters } from '../lib/schema.ts'
import { isSecure } from './every-answer.ts'
import { exampleFile } from './examples.ts'
import { finishDocument } from './openapi-document.ts'

interface Options {
  readonly publicUrl: string
  readonly components: readonly Component[]
}

const description = `Every finding of the joint targeted area inspections (JTAIs) of how agencies in England respond to children living with domestic abuse, as rows: coded by agency and theme, traceable to the page of the letter they stand on.

Only GET, HEAD and OPTIONS; no key. A plain path is always JSON; other formats have an extension (\`.csv\`, \`.ndjson\`, \`.xlsx\`, \`.json\` for the whole set). Lists are \`{ data, page, meta }\`, items \`{ data, meta }\`; clients ignore fields they do not know. Every data answer carries an \`ETag\`: send it back in \`If-None-Match\` and an unchanged answer costs nothing (304). Every data address below \`/v1\` also exists below \`/v1/releases/{version}\`, where it never changes. Errors are \`application/problem+json\`.

Counts are counts of statements, not prevalence: read \`meta.caveats\`.`

const info = {
  title: serviceName,
  version: '1.4.0',
  description,
  license: { name: 'MIT (the service); Open Government Licence v3.0 (the data)', url: licence.url },
}

const tags = [
  { name: 'service', description: 'Where to begin.' },
  { name: 'findings', description: 'The findings.' },
  { name: 'areas', description: 'Areas inspected.' },
  { name: 'inspections', description: 'One area, one programme.' },
  { name: 'publications', description: 'Letters, reports and press, with their dates.' },
  { name: 'agencies', description: 'Code list of agencies.' },
  { name: 'themes', description: 'Code list of themes.' },
  { name: 'citation', description: 'How to cite an answer.' },
  { name: 'releases', description: 'Immutable versions of the data set.' },
  { name: 'changes', description: 'What each release changed, record by record: a feed to follow.' },
  { name: 'pinned', description: 'The same data as one release has it, for ever.' },
  { name: 'contract', description: 'This document and what errors mean.' },
]

const errorDescriptions: Readonly<Record<number, string>> = {
  400: 'A parameter is unknown, malformed or not allowed; `errors` names each one.',
  404: 'There is nothing at this address.',
  406: '`Accept` excludes the media type of this address.',
  410: 'The record was withdrawn.',
  414: 'The address is too long.',
  416: '`Range` asks for bytes the file does not have.',
  429: 'More than the share of one client; try again after `Retry-After` seconds. `RateLimit-Policy` and `RateLimit` tell it.',
  431: 'The header fields are too large.',
  500: 'Something broke on our side.',
  503: 'The database or the release is out of reach, or the service has as much to do as it takes on; try again after `Retry-After` seconds.',
}

export async function describeApi(app: FastifyInstance, { publicUrl, components }: Options): Promise<void> {
  const examples: unknown = JSON.parse(readFileSync(exampleFile, 'utf8'))
  for (const component of [...components, Problem]) app.addSchema(component)
  app.addHook('onRoute', declareAnswers)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { ...info, contact: { name: 'Those who run this service', url: publicUrl } },
      servers: [{ url: publicUrl, description: 'This service.' }],
      tags,
      security: [],
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
    transformObject: (document) =>
      'openapiObject' in document ? finishDocument(document.openapiObject, examples) : document.swaggerObject,
  } satisfies FastifyDynamicSwaggerOptions)
  await app.register(async (reference) => {
    reference.addHook('onRequest', async ({ headers, routeOptions: { url = '' } }) => {
      // It brings copies of the document under names of its own; there is one, at /openapi.json.
      if (/\/(json|yaml)$/.test(url)) throw problem('not-found', 'There is nothing here. See /openapi.json.')
      delete headers['if-modified-since'] // its files have an ETag; of a date that is none it would make one
    })
    await reference.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: referencePolicy(publicUrl),
      uiConfig: { url: '/openapi.json', docExpansion: 'list', deepLinking: true, tryItOutEnabled: true },
      theme: {
        title: `${serviceName}: reference`,
        css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }],
      },
      logLevel: 'warn',
    })
  })
}

// The reference tries requests out at the address the document names, whatever name this page was reached by.
const referencePolicy = (publicUrl: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(publicUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(isSecure(publicUrl) ? ['upgrade-insecure-requests'] : []),
  ].join('; ')

/** The document itself, as JSON and as YAML. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  const document = () => app.swagger()
  const cached = { json: '', yaml: '' }
  const serve = (extension: 'json' | 'yaml', operationId: string, mediaType: string, make: () => string) =>
    app.get(
      `/openapi.${extension}`,
      {
        config: { varies: 'build', mediaType, formats: ['.json', '.yaml'] },
        schema: {
          operationId,
          summary: `Get this document as ${extension.toUpperCase()}`,
          description: `The contract of this API, OpenAPI 3.1, as ${extension.toUpperCase()}.`,
          tags: ['contract'],
          response: {
            200: {
              description: 'The OpenAPI document.',
              content: {
                [mediaType]: {
                  schema: Type.Object(
                    {},
                    { additionalProperties: true, description: 'An OpenAPI 3.1 document.' },
                  ),
                },
              },
            },
          },
        },
      },
      async (_request, reply) => {
        cached[extension] ||= make()
        reply.type(`${mediaType}; charset=utf-8`)
        return cached[extension]
      },
    )
  serve('json', 'getOpenapiJson', 'application/json', () => JSON.stringify(document()))
  serve('yaml', 'getOpenapiYaml', 'application/yaml', () =>
    stringify(document(), { aliasDuplicateObjects: false }),
  )
}

/** Every described route refuses unknown parameters and declares every error it can answer with. */
function declareAnswers(route: RouteOptions): void {
  const { schema } = route
  if (schema?.operationId === undefined || schema.hide === true) return
  const response: Readonly<Record<string, unknown>> = Object(schema.response)
  const hasParams = route.url.includes('/:')
  const isWithdrawable = hasParams && /\/:id$/.test(route.url)
  const codes = [400, 406, 414, 429, 431, 500, 503]
    .concat(hasParams ? [404] : [])
    .concat(isWithdrawable ? [410] : [])
    .concat(route.config?.varies === 'file' ? [416] : [])
    .sort()
  const refusal = (status: number) => ({
    description: errorDescriptions[status],
    content: { 'application/problem+json': { schema: ref(Problem) } },
  })
  const redirect =
    hasParams && route.url.includes(':version')
      ? { 307: { description: 'For `latest`: the address of the current release.' } }
      : {}
  route.schema = {
    ...schema,
    querystring: schema.querystring ?? noParameters,
    response: {
      ...response,
      ...redirect,
      304: { description: 'Unchanged since the `ETag` in `If-None-Match`.' },
      ...Object.fromEntries(codes.map((status) => [status, refusal(status)])),
    },
  }
}
