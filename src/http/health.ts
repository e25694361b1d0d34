// The ops listener: is the process alive, may it get traffic, how is it doing. Never on the public port.
import Fastify, { type FastifyInstance } from 'fastify'
import type { Catalogue } from '../db/catalogue.ts'
import type { Metrics } from './metrics.ts'

interface Options {
  readonly catalogue: Catalogue
  readonly metrics: Metrics
  readonly isStopping: () => boolean
}

/** `/livez` and `/readyz`: ready once a release has been seen and until SIGTERM; database trouble shows in the body. */
export function buildHealth({ catalogue, metrics, isStopping }: Options): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, requestTimeout: 5_000 })
  app.get('/livez', async () => ({ status: 'ok', database: describeDatabase(catalogue) }))
  app.get('/readyz', async (_request, reply) => {
    const isReady = catalogue.hasRelease() && !isStopping()
    const status = isStopping() ? 'stopping' : catalogue.hasRelease() ? 'ready' : 'waiting for a release'
    const release = catalogue.hasRelease() ? catalogue.current().release.version : null
    return reply.code(isReady ? 200 : 503).send({ status, release, database: describeDatabase(catalogue) })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.read()))
  return app
}

function describeDatabase(catalogue: Catalogue) {
  const since = catalogue.failingSince()
  return since === null ? { status: 'ok' } : { status: 'degraded', since: since.toISOString() }
}
