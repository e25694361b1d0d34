// Sends an answer again as it went out before, ahead of Fastify: nothing is routed, parsed, looked up or serialized.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Catalogue } from '../../db/catalogue.ts'
import { matches } from '../caching.ts'
import { traceOf, type Watcher } from '../watch.ts'
import type { Share, Shares } from './shares.ts'

/** All of a GET that its answer depends on, apart from `If-None-Match`. */
export const keyOf = ({ url = '', headers }: IncomingMessage): string =>
  `${headers['accept-encoding'] ?? ''}\n${headers.accept ?? '*/*'}\n${url}`

/** The request whose answer is kept under a key. */
export function requestOf(key: string) {
  const [encoding = '', accept = '', url = ''] = key.split('\n')
  return { url, headers: { host: 'localhost', accept, 'accept-encoding': encoding } }
}

interface Options {
  readonly shares: Shares
  readonly catalogue: Catalogue
  readonly watch: Watcher
}

/** Answers a request from what was sent before; false where that cannot be. */
function replay(
  request: IncomingMessage,
  response: ServerResponse,
  { shares, catalogue, watch }: Options,
): boolean {
  const { method, headers } = request
  if ((method !== 'GET' && method !== 'HEAD') || !hasOneHost(request.rawHeaders)) return false
  const key = keyOf(request)
  const common = shares.common.replays.get(key)
  const known = common ?? shares.rare.replays.get(key)
  if (known === undefined || known.edition !== catalogue.current()) return false
  const isUnchanged = matches(headers['if-none-match'], known.etag)
  const fields = isUnchanged ? known.unchanged : known.headers
  const body = isUnchanged ? null : bodyOf(common === undefined ? shares.rare : shares.common, known.name)
  if (fields === null || body === undefined) return false

  const [began, id, status] = [performance.now(), randomUUID(), isUnchanged ? 304 : 200]
  response.once('close', () =>
    watch({
      ...{ id, method, status, route: known.route, cache: isUnchanged ? 'unchanged' : 'hit' },
      trace: traceOf(headers),
      time: performance.now() - began,
      isAborted: !response.writableFinished,
    }),
  )
  known.asked += 1
  response.writeHead(status, [...fields, 'Request-Id', id])
  if (body === null || method === 'HEAD') response.end()
  else response.end(body)
  return true
}

/** Puts replays ahead of Fastify's own listener; once the server closes, all goes to Fastify, which ends connections. */
export function replayAhead(app: FastifyInstance, options: Options): void {
  const [handle] = app.server.listeners('request')
  if (handle === undefined) throw new Error('Fastify listens to requests')
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.server.off('request', handle as () => void)
  app.server.on('request', (request, response) => {
    if (isClosing || !replay(request, response, options)) handle.call(app.server, request, response)
  })
}

const bodyOf = ({ answers }: Share, name: string): Buffer | undefined => answers.get(name)?.body

function hasOneHost(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts === 1
}

const perRequest = ['request-id', 'cache-status', 'server-timing']

/** The header fields of a reply, as they can be sent again. */
export const fieldsOf = (reply: FastifyReply): string[] => [
  ...Object.entries(reply.getHeaders())
    .filter(([name]) => !perRequest.includes(name))
    .flatMap(([name, value]) => [name, String(value)]),
  ...['cache-status', 'jtai; hit', 'server-timing', 'cache;desc=hit'],
]
