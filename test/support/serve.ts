// The app on a database a test has changed, listening on a real socket, with its queries counted.
import { request as connect, type IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { type Catalogue, openCatalogue } from '../../src/db/catalogue.ts'
import { type Metrics, openMetrics } from '../../src/http/metrics.ts'
import { testConfig } from './app.ts'
import type { TestDatabase } from './cluster.ts'
import { until } from './until.ts'

export interface Served {
  readonly app: FastifyInstance
  readonly port: number
  readonly catalogue: Catalogue
  readonly metrics: Metrics
  /** How many queries its requests have begun so far. */
  queries(): number
  /** Resolves with the answer once its header fields are there; the body stays unread. */
  open(
    path: string,
    headers?: Readonly<Record<string, string>>,
    method?: string,
    /** Any 127.0.0.0/8 address: another client. */
    localAddress?: string,
  ): Promise<IncomingMessage>
}

interface Options {
  readonly cacheMegabytes?: number
  readonly rateLimit?: number
  readonly trustProxy?: string | number | false
  readonly logger?: FastifyBaseLogger
  /** Whether it goes on to look for releases. */
  readonly follows?: boolean
}

/** Serves the release that is the newest now. It keeps no answers unless told to, and then has those it fills at its start. */
export async function serve(
  t: Test,
  database: TestDatabase,
  exportsMax = 8,
  { cacheMegabytes = 0, rateLimit = 0, trustProxy = false, follows = false, ...options }: Options = {},
): Promise<Served> {
  let queries = 0
  const metrics = openMetrics()
  const catalogue = await openCatalogue(database.reader)
  if (follows) t.teardown(() => catalogue.stop())
  else catalogue.stop() // its own questions would be counted as well
  const app = await buildApp({
    config: { ...testConfig, trustProxy, exportsMax, rateLimit, cacheMegabytes },
    db: database.reader.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1
        return node
      },
      transformResult: async ({ result }) => result,
    }),
    catalogue,
    metrics,
    ...options,
  })
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  // Facets are the last of what is filled: until then queries are counted that no test has asked for.
  const isFilled = async () => (await metrics.read()).includes('route="/v1/findings/facets",status="200"')
  if (cacheMegabytes > 0) await until(isFilled)
  return {
    app,
    port,
    catalogue,
    metrics,
    queries: () => queries,
    open: (path, headers = {}, method = 'GET', localAddress = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        connect({ host: '127.0.0.1', port, path, headers, method, localAddress, agent: false }, resolve)
          .once('error', reject)
          .end()
      }),
  }
}

/** Reads an answer to its end; `complete` is false where the connection was broken off before it. */
export function drain(response: IncomingMessage): Promise<{ body: Buffer; complete: boolean }> {
  const chunks: Buffer[] = []
  const end = () => ({ body: Buffer.concat(chunks), complete: response.complete })
  if (response.closed) return Promise.resolve(end())
  return new Promise((resolve) => {
    response
      .on('data', (chunk) => chunks.push(chunk))
      .on('error', () => undefined) // broken off: close follows
      .once('close', () => resolve(end()))
  })
}

/** How many clients are connected now. */
export const connections = (app: FastifyInstance): Promise<number> =>
  new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
