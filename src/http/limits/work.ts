// Bounds what is computed at once: more than this would only wait for the database, and make all others wait.
import type { FastifyInstance } from 'fastify'
import { problem } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'

/** Ten times as many as there are connections: each waits for some ten short queries. */
const mostWork = 100

/** The handlers of all routes registered after this run for so many requests at once; the next is refused with 503. */
export function limitWork(app: FastifyInstance, metrics: Metrics): void {
  let running = 0
  metrics.watchWork(() => running)
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = async function (request, reply) {
      if (running >= mostWork) {
        metrics.refuse('work')
        throw problem('service-unavailable', `${mostWork} questions are being answered already.`, {
          retryAfter: 1,
        })
      }
      running += 1
      try {
        return await handler.call(this, request, reply)
      } finally {
        running -= 1
      }
    }
  })
}
