// No handler keeps a client waiting for longer than this. What answers from memory before a handler needs no timer.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { problem } from '../errors.ts'

const mostTime = 10_000

/** The handler of every route registered after this is given up on with 503; what streams has a limit of its own. */
export function limitTime(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = async function (request, reply) {
      return await withinTime(reply, async () => handler.call(this, request, reply))
    }
  })
}

async function withinTime<T>({ raw }: FastifyReply, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A handler that streams ends with its stream.
      if (!raw.headersSent)
        reject(problem('service-unavailable', 'The answer took too long.', { retryAfter: 5 }))
    }, mostTime)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
