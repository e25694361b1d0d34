// One line a request: route, status and time, and whether the client or we broke it off. No query, no address of the client.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished && request.raw.socket.destroyed)
        request.log.info({ ...describe(request, reply), aborted: true }, 'request')
    })
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(describe(request, reply), 'request')
    done()
  })
}

const describe = (request: FastifyRequest, reply: FastifyReply) => ({
  method: request.method,
  route: request.routeOptions.url ?? null,
  status: reply.statusCode,
  ms: Math.round(reply.elapsedTime * 10) / 10,
})
