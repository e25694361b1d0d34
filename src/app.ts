// Builds the app that is shipped: all Fastify and Ajv options, every plugin in order. For server, bin and tests alike.
import { randomUUID } from 'node:crypto'
import compress from '@fastify/compress'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Config } from './config.ts'
import type { Catalogue } from './db/catalogue.ts'
import type { Reader } from './db/client.ts'
import { assetRoutes } from './explorer/assets.ts'
import { explorer } from './explorer/explorer.ts'
import { sendProblemPage } from './explorer/frame/problem.page.ts'
import { securityTxtRoutes } from './explorer/security-txt.ts'
import { keepAnswers } from './http/answer-cache/answer-cache.ts'
import { brotliOptions, compressFrom, compressible, encodings } from './http/answer-cache/coding.ts'
import { hashBuild, setCacheHeaders } from './http/caching.ts'
import { compileLazily } from './http/compile-lazily.ts'
import { allowEveryOrigin } from './http/cross-origin.ts'
import { describeAnswersOf } from './http/every-answer.ts'
import { partFromClients } from './http/farewell.ts'
import { limitClients } from './http/limits/allowance.ts'
import { refuseUnderPressure } from './http/limits/pressure.ts'
import { limitWork } from './http/limits/work.ts'
import type { Metrics } from './http/metrics.ts'
import { negotiate } from './http/negotiation.ts'
import { describeApi, documentRoutes } from './http/openapi.ts'
import {
  answerBrokenHttp,
  answerProblems,
  explainValidation,
  type ProblemOptions,
  sendProblem,
  toProblem,
} from './http/problems.ts'
import { readQueries } from './http/query-string.ts'
import { normalizeTarget } from './http/target.ts'
import { limitTime } from './http/time-limit.ts'
import { logTo, type Watcher, watchRequests } from './http/watch.ts'
import { Counts, Links, Meta, Page } from './lib/answers.schema.ts'
import { Area } from './resources/areas/areas.schema.ts'
import { ChangeEvent } from './resources/changes/changes.schema.ts'
import { Citation } from './resources/citation/citation.schema.ts'
import { Agency, Theme } from './resources/code-lists/code-lists.schema.ts'
import { Crosstab, Facets } from './resources/findings/counts.schema.ts'
import { Evidence, Finding, Included, SparseFinding } from './resources/findings/findings.schema.ts'
import { Inspection } from './resources/inspections/inspections.schema.ts'
import { problemRoutes } from './resources/problems/problems.route.ts'
import { ProblemType } from './resources/problems/problems.schema.ts'
import { Publication } from './resources/publications/publications.schema.ts'
import { Release, ReleaseDetail, ReleaseDiff, ReleaseFile } from './resources/releases/releases.schema.ts'
import { Service } from './resources/service/service.schema.ts'
import { v1 } from './v1.ts'

export type AppConfig = Pick<
  Config,
  | 'publicUrl'
  | 'trustProxy'
  | 'exportsMax'
  | 'rateLimit'
  | 'loopDelayMax'
  | 'memoryMax'
  | 'cacheMegabytes'
  | 'contact'
>

interface Dependencies {
  readonly config: AppConfig
  readonly db: Reader
  readonly catalogue: Catalogue
  readonly metrics: Metrics
  /** Absent: nothing is logged. */
  readonly logger?: FastifyBaseLogger
  /** Whether the process has begun to stop. */
  readonly isStopping?: () => boolean
}

const components = [
  ...[Counts, Links, Meta, Page, Area, Agency, Theme, Evidence, Finding, SparseFinding, Included],
  ...[Citation, Crosstab, Facets, Inspection, ProblemType, Publication, Release, Service],
  ...[ChangeEvent, ReleaseDetail, ReleaseDiff, ReleaseFile],
]

/** Some kB each; the next is closed at once. */
const mostConnections = 10_000

export async function buildApp({
  config,
  db,
  catalogue,
  metrics,
  logger,
  isStopping = () => false,
}: Dependencies): Promise<FastifyInstance> {
  const { publicUrl, trustProxy, exportsMax, rateLimit, cacheMegabytes, contact } = config
  const { loopDelayMax, memoryMax } = config
  const build = hashBuild()
  const site = { publicUrl, build, contact }
  const problems: ProblemOptions = {
    publicUrl,
    showPage: (known, request, reply) => sendProblemPage(known, request, reply, site),
  }
  const describeAnswer = describeAnswersOf(publicUrl)
  const app = Fastify({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }), // logTo writes its own line
    genReqId: () => randomUUID(),
    rewriteUrl: ({ url = '/' }) => normalizeTarget(url),
    requestIdHeader: false,
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy,
    bodyLimit: 1_024,
    requestTimeout: 10_000,
    connectionTimeout: 30_000, // without a byte in either direction
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      requireHostHeader: false,
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
    },
    routerOptions: {
      maxParamLength: 500,
      querystringParser: () => ({}), // read strictly by readQueries
    },
    frameworkErrors: (error, request, reply) => {
      describeAnswer(request, reply)
      sendProblem(toProblem(error, request), request, reply, publicUrl)
    },
    clientErrorHandler: answerBrokenHttp(publicUrl),
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        verbose: true,
        validateSchema: false, // they are TypeBox's, and the contract made from them is linted
      },
      onCreate: compileLazily,
    },
    schemaErrorFormatter: explainValidation,
  })
  app.server.maxConnections = mostConnections
  // RFC 9110 10.1.1 lets a server ignore an expectation it does not know.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  // What is sent is held against its schema by the contract tests; JSON.stringify is the faster serializer here.
  app.setSerializerCompiler(() => JSON.stringify)

  const log = logTo(app)
  const watch: Watcher = (ended) => {
    metrics.count(ended)
    log(ended)
  }
  watchRequests(app, watch)
  answerProblems(app, problems)
  await allowEveryOrigin(app, describeAnswer)
  await refuseUnderPressure(app, { loopDelayMax, memoryMax, metrics })
  await app.register(compress, {
    threshold: compressFrom,
    encodings,
    customTypes: compressible,
    brotliOptions,
  })
  limitTime(app)
  limitWork(app, metrics)
  limitClients(app, { perMinute: rateLimit, metrics })
  keepAnswers(app, { catalogue, bytes: cacheMegabytes * 1_000_000, metrics, watch })
  partFromClients(app, isStopping)
  await negotiate(app)
  readQueries(app)
  await describeApi(app, { publicUrl, components })
  await app.register(async (still) => {
    setCacheHeaders(still, { publicUrl, build })
    await still.register(assetRoutes)
    await still.register(documentRoutes)
    await still.register(problemRoutes, { publicUrl })
    await still.register(securityTxtRoutes, { site })
  })
  await app.register(explorer, { db, catalogue, site })
  await app.register(v1, { prefix: '/v1', db, catalogue, publicUrl, build, exportsMax, metrics })
  return app
}
