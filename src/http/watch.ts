// Tells the log and the metrics of every request when its answer has ended. Holds no query and no address of a client.
import type { IncomingHttpHeaders } from 'node:http'
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
  /** Of the distributed trace the client says it belongs to (W3C Trace Context), as 32 hexadecimal digits. */
  readonly trace: string | null
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
  trace: traceOf(request.headers),
  status: reply.statusCode,
  time: reply.elapsedTime,
  cache: request.cacheStatus,
  isAborted,
})

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/

/** The trace of a request; null where its client names none, or one that is malformed. */
export const traceOf = (headers: IncomingHttpHeaders): string | null =>
  traceparent.exec(String(headers.traceparent ?? ''))?.[1] ?? null

/** One line a request. */
export const logTo =
  ({ log }: FastifyInstance): Watcher =>
  ({ id, method, route, status, cache, time, isAborted, trace }) => {
    log.info(
      {
        ...{ reqId: id, method, route, status, cache, ms: Math.round(time * 10) / 10 },
        ...(trace === null ? {} : { traceId: trace }),
        ...(isAborted ? { aborted: true } : {}),
      },
      'request',
    )
  }
