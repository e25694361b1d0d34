// Sends whole sets as they are read: a bounded number at once, at the pace of the client, cut when nobody reads.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors.ts'

/** An export lasts an hour at most; Fastify would end a streamed answer after its usual time for a handler. */
export const exportTimeout = 3_600_000
const idleTimeout = 30_000

export type SendExport = (
  request: FastifyRequest,
  reply: FastifyReply,
  /** Makes the content piece by piece; each piece is asked for when the client has room for it. */
  content: () => AsyncIterable<string | Uint8Array>,
) => Promise<FastifyReply>

/** At most `max` exports at once; the next is refused with 503. */
export function limitExports(max: number): SendExport {
  let running = 0
  return async (request, reply, content) => {
    if (request.method === 'HEAD') return reply.send(Readable.from([])) // the header fields, without a query
    if (running >= max) {
      throw problem('service-unavailable', `${max} exports are being sent already.`, { retryAfter: 5 })
    }
    running += 1
    reply.raw.once('close', () => {
      running -= 1
    })
    reply.raw.setTimeout(idleTimeout, () => reply.raw.destroy())
    const pieces = content()[Symbol.asyncIterator]()
    const first = await pieces.next() // what fails before the first byte is answered as a problem
    return reply.send(Readable.from(startWith(first, pieces), { objectMode: false }))
  }
}

async function* startWith<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.() // also when the client has gone: nothing more is read
  }
}
