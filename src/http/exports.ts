// Sends whole sets as they are read: a bounded number at once, at the pace of the client, cut when nobody reads.
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors.ts'
import { clientOf } from './limits/client.ts'
import type { Metrics } from './metrics.ts'

/** An export lasts an hour at most; Fastify would end a streamed answer after its usual time for a handler. */
export const exportTimeout = 3_600_000
/** A client that takes nothing for so long is cut. */
const idleTimeout = 30_000
/** How often it is looked whether a client takes anything: the first look after a piece may see its beginning gone. */
const lookInterval = idleTimeout / 4
/** How long a stop waits for exports before it cuts them. */
const graceTime = 5_000

export type SendExport = (
  request: FastifyRequest,
  reply: FastifyReply,
  /** Makes the content piece by piece, each when the client has room for it; `gone` tells that nobody wants it any more. */
  content: (gone: AbortSignal) => AsyncIterable<string | Uint8Array>,
) => Promise<FastifyReply>

interface Exports {
  readonly send: SendExport
  /** Waits a little for what is being sent, then cuts it. */
  readonly stop: () => Promise<void>
}

/** At most `max` exports at once, half of them to one client; the next is refused. */
export function openExports(max: number, metrics: Metrics): Exports {
  const running = new Map<FastifyReply, string | null>()
  const maxOfClient = Math.ceil(max / 2)
  metrics.watchExports(() => running.size)
  const ofClient = (client: string | null) =>
    client === null ? 0 : [...running.values()].filter((one) => one === client).length
  const send: SendExport = async (request, reply, content) => {
    if (request.method === 'HEAD') return reply.send(Readable.from([])) // the header fields; the set is not read
    if (reply.raw.destroyed) return reply.hijack() // the client has left while its request was checked
    const client = clientOf(request)
    if (running.size >= max) {
      metrics.refuse('export')
      throw problem('service-unavailable', `${max} exports are being sent already.`, { retryAfter: 5 })
    }
    if (ofClient(client) >= maxOfClient) {
      metrics.refuse('export')
      throw problem('too-many-requests', `${maxOfClient} exports are being sent to you already.`, {
        retryAfter: 5,
      })
    }
    running.set(reply, client)
    const gone = new AbortController()
    reply.raw.once('close', () => {
      running.delete(reply)
      gone.abort()
    })
    await request.allowance?.spendExport() // a refusal ends the answer, and with it its place
    const pieces = content(gone.signal)[Symbol.asyncIterator]()
    const first = await pieces.next().catch((error) => {
      if (gone.signal.aborted) return null
      throw error // what fails before the first byte is answered as a problem
    })
    if (first === null) return reply.hijack()
    return reply.send(Readable.from(relay(first, pieces, reply, cutIdle(reply)), { objectMode: false }))
  }
  const stop = async () => {
    for (let waited = 0; running.size > 0 && waited < graceTime; waited += 100) await sleep(100)
    for (const reply of running.keys()) cut(reply)
  }
  return { send, stop }
}

async function* relay<T>(
  first: IteratorResult<T>,
  rest: AsyncIterator<T>,
  reply: FastifyReply,
  onTaken: () => void,
): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      yield next.value
      onTaken()
    }
  } catch (error) {
    cut(reply)
    throw error
  } finally {
    await rest.return?.() // also when the client has gone: nothing more is read
  }
}

/** Watches whether the client takes what there is; what it gives is to be called whenever a piece has been taken. */
function cutIdle(reply: FastifyReply): () => void {
  let takenAt = Date.now()
  let silences = 0
  // Called when Node has seen nothing go out for an interval, also not part of a piece.
  const look = () => {
    if (reply.raw.closed || reply.raw.writableFinished) return
    silences += 1
    const isWaitedFor = reply.raw.writableLength > 0 // else it is the client who waits
    if (isWaitedFor && silences >= 3 && Date.now() - takenAt >= idleTimeout) cut(reply)
    else reply.raw.off('timeout', look).setTimeout(lookInterval, look)
  }
  reply.raw.setTimeout(lookInterval, look)
  return () => {
    takenAt = Date.now()
    silences = 0
  }
}

// By a reset: to a client of HTTP/1.0, as some proxies are, a connection that is merely closed ends a whole answer.
function cut({ raw }: FastifyReply): void {
  raw.socket?.resetAndDestroy()
  raw.destroy()
}
