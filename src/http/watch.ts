// Tells the log and the metrics of every request when its answer has ended. Holds no query and no address of a client.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What the answer cache did for a request: `unchanged` is a 304, `bypass` what is not kept. */
export type CacheStatus = 'hit' | 'unchanged' | 'miss' | 'collapsed' | 'bypass'

/** A request whose answer has ended. */
interface Ended {
  readonly id: string
  readonly method: string
  /** The pattern of its address, for example `/v1/areas/:id`; null where there is none. */
  readonly route: string | null
  readonly status: number
  /** Milliseconds from its head to the end of its answer. */
  readonly time: number
  /** null where the cache had no part in it. */
  readonly cache: CacheStatus | null
  /** Whether the client or we broke it off. */
  readonly isAborted: boolean
}

export type Watcher = (ended: Ended) => void

/** Watches what goes through Fastify; what is answered ahead of it tells the watcher itself. */
export function watchRequests(app: FastifyInstance, watch: Watcher): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished && request.raw.socket.destroyed) watch(endOf(request, reply, true))
    })
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    watch(endOf(request, reply, false))
    done()
  })
}

const endOf = (request: FastifyRequest, reply: FastifyReply, isAborted: boolean): Ended => ({
  id: request.id,
  method: request.method,
  route: request.routeOptions.url ?? null,
  status: reply.statusCode,
  time: reply.elapsedTime,
  cache: request.cacheStatus,
  isAborted,
})

/** One line a request. */
export const logTo =
  ({ log }: FastifyInstance): Watcher =>
  ({ id, method, route, status, time, isAborted }) => {
    const line = { reqId: id, method, route, status, ms: Math.round(time * 10) / 10 }
    log.info(isAborted ? { ...line, aborted: true } : line, 'request')
  }
