// The answer cache: what one request was answered, all others like it get from memory. Routes know nothing of it.
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { Catalogue, Edition } from '../../db/catalogue.ts'
import { singleFlight } from '../../lib/single-flight.ts'
import { checkAllowance } from '../limits/allowance.ts'
import type { Metrics } from '../metrics.ts'
import type { CacheStatus, Watcher } from '../watch.ts'
import { type Coding, codingFor, compress, compressFrom, compressible } from './coding.ts'
import { fillAfterReleases } from './fill.ts'
import { fieldsOf, keyOf, replayAhead } from './replays.ts'
import { type Answer, nameOf, openShares, type Share } from './shares.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** null where the cache had no part in it. */
    cacheStatus: CacheStatus | null
    /** The newest edition when it came, before its release was looked up; null while there is none. */
    newest: Edition | null
    /** Under what name the bytes of its answer are kept. */
    answerName: string | null
    /** To be called when its answer is sent as a stream. */
    onStream: (() => void) | null
  }
}

interface Options {
  readonly catalogue: Catalogue
  /** Most bytes that are kept; 0: none. */
  readonly bytes: number
  readonly metrics: Metrics
  /** Told of what is answered ahead of Fastify. */
  readonly watch: Watcher
}

/** For every route registered after this whose answers have a validator. */
export function keepAnswers(app: FastifyInstance, { catalogue, bytes, metrics, watch }: Options): void {
  app.decorateRequest('cacheStatus', null)
  app.decorateRequest('newest', null)
  app.decorateRequest('answerName', null)
  app.decorateRequest('onStream', null)
  if (bytes === 0) return
  const shares = openShares(bytes)
  metrics.watchShares(shares)
  const inFlight = singleFlight<Answer | null>()
  const shareOf = (request: FastifyRequest) => (isRare(request) ? shares.rare : shares.common)

  replayAhead(app, { shares, catalogue, watch })
  app.addHook('onRequest', (request, _reply, done) => {
    if (catalogue.hasRelease()) request.newest = catalogue.current()
    done()
  })

  app.addHook('onRoute', (route) => {
    const { varies } = route.config ?? {}
    if (varies === undefined || varies === 'file') return
    const handler = route.handler
    route.handler = async function (request, reply) {
      return await answer(request, reply, async () => handler.call(this, request, reply))
    }
    route.onSend = [...[route.onSend ?? []].flat(), remember]
  })
  fillAfterReleases(app, { catalogue, shares })

  type Handle = () => Promise<ReturnType<RouteHandlerMethod>>

  async function answer(request: FastifyRequest, reply: FastifyReply, handle: Handle): Promise<unknown> {
    const { etag } = request
    if (etag === null) return await handle()
    const { answers } = shareOf(request)
    const name = nameOf(etag, 'identity')
    let plain = answers.get(name) ?? null
    request.cacheStatus = 'hit'
    if (plain === null) {
      checkAllowance(request) // here, where it is one client's alone
      let handled: Promise<unknown> | null = null
      plain = await inFlight(name, async () => {
        request.cacheStatus = 'bypass'
        const before = reply.getHeaders()
        const streamed = new Promise<null>((resolve) => {
          request.onStream = () => resolve(null)
        })
        handled = handle()
        // What is streamed is never a whole: nobody is to wait for its end.
        const made = await Promise.race([
          handled.then((payload) => toAnswer(payload, reply, before)),
          streamed,
        ])
        if (made !== null) answers.set(name, made)
        return made
      })
      if (plain === null) return handled ?? (await handle())
      request.cacheStatus = handled === null ? 'collapsed' : 'miss'
    }
    const coding = isCompressible(plain) ? codingFor(request.headers['accept-encoding']) : 'identity'
    const { headers, body } = await inCoding(plain, etag, coding, answers)
    request.answerName = nameOf(etag, coding)
    reply.headers(headers).header('Content-Length', body.length)
    return body
  }

  async function inCoding(
    plain: Answer,
    etag: string,
    coding: Coding,
    answers: Share['answers'],
  ): Promise<Answer> {
    if (coding === 'identity') return plain
    const name = nameOf(etag, coding)
    const known = answers.get(name)
    if (known !== undefined) return known
    const made = await inFlight(name, async () => {
      const body = await compress(plain.body, coding)
      const compressed = { headers: { ...plain.headers, 'content-encoding': coding }, body }
      answers.set(name, compressed)
      return compressed
    })
    return made ?? plain
  }

  async function remember(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    if (payload instanceof Readable) request.onStream?.()
    const { etag, answerName, newest: edition } = request
    const isUnchanged = reply.statusCode === 304
    if (isUnchanged) request.cacheStatus = 'unchanged'
    else if (reply.statusCode !== 200) request.cacheStatus = null
    describe(request, reply)
    // What is announced to go ends on a day: it is looked at every time.
    if (etag === null || edition === null || request.method !== 'GET' || reply.hasHeader('deprecation'))
      return
    const coding = String(reply.getHeader('content-encoding') ?? 'identity')
    if (!isUnchanged && answerName !== nameOf(etag, coding)) return
    const { replays } = shareOf(request)
    const key = keyOf(request.raw)
    const known = replays.get(key)
    const before = known?.edition === edition ? known : null
    replays.set(key, {
      edition,
      etag,
      route: request.routeOptions.url ?? null,
      name: answerName ?? before?.name ?? '',
      headers: isUnchanged ? (before?.headers ?? null) : fieldsOf(reply),
      unchanged: isUnchanged ? fieldsOf(reply) : (before?.unchanged ?? null),
      asked: known?.asked ?? 0,
    })
  }
}

/** Parameters anyone may give any value. */
const freeParameters = ['q', 'cursor', 'since', 'url']

// What is appended to an address that takes no parameter is rare too.
const isRare = ({ asked, raw: { url = '' } }: FastifyRequest): boolean =>
  asked === undefined ? url.includes('?') : freeParameters.some((name) => asked[name] !== undefined)

/** What a handler returned, as bytes; null where it sent a stream, a redirect or anything else itself. */
function toAnswer(
  payload: unknown,
  reply: FastifyReply,
  before: ReturnType<FastifyReply['getHeaders']>,
): Answer | null {
  if (
    payload === undefined ||
    payload === null ||
    payload === reply ||
    reply.sent ||
    reply.statusCode !== 200
  )
    return null
  const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
  if (!isText && !reply.hasHeader('content-type')) reply.type('application/json; charset=utf-8')
  const headers = Object.entries(reply.getHeaders()).filter(
    ([name, value]) => value !== Reflect.get(before, name),
  )
  return {
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(isText ? String(payload) : JSON.stringify(payload)),
  }
}

const isCompressible = ({ headers, body }: Answer): boolean =>
  body.length >= compressFrom && compressible.test(headers['content-type'] ?? '')

const statusTexts = {
  hit: 'jtai; hit',
  unchanged: 'jtai; hit',
  miss: 'jtai; fwd=miss',
  collapsed: 'jtai; fwd=miss; collapsed',
  bypass: 'jtai; fwd=bypass',
} as const

/** Cache-Status (RFC 9211) and Server-Timing. */
function describe({ cacheStatus }: FastifyRequest, reply: FastifyReply): void {
  if (cacheStatus === null) return
  const time = reply.elapsedTime.toFixed(1)
  reply
    .header('Cache-Status', statusTexts[cacheStatus])
    .header('Server-Timing', `cache;desc=${cacheStatus}, total;dur=${time}`)
}
