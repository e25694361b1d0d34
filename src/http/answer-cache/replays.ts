// Sends an answer again as it went out before, ahead of every other hook: nothing is parsed, looked up or serialized.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Catalogue } from '../../db/catalogue.ts'
import { matches } from '../caching.ts'
import type { Replay, Share, Shares } from './shares.ts'

/** All of a GET that its answer depends on, apart from `If-None-Match`. */
export const keyOf = ({ url = '', headers }: FastifyRequest['raw']): string =>
  `${headers['accept-encoding'] ?? ''}\n${headers.accept ?? '*/*'}\n${url}`

/** The request whose answer is kept under a key. */
export function requestOf(key: string) {
  const [encoding = '', accept = '', url = ''] = key.split('\n')
  return { url, headers: { host: 'localhost', accept, 'accept-encoding': encoding } }
}

/** Answers a request from what was sent before; false where that cannot be. */
export function replay(
  request: FastifyRequest,
  reply: FastifyReply,
  shares: Shares,
  catalogue: Catalogue,
): boolean {
  const { method, headers } = request.raw
  if ((method !== 'GET' && method !== 'HEAD') || !hasOneHost(request.raw.rawHeaders)) return false
  const key = keyOf(request.raw)
  const common = shares.common.replays.get(key)
  const known = common ?? shares.rare.replays.get(key)
  if (known === undefined || known.edition !== catalogue.current()) return false
  const isUnchanged = headers['if-none-match'] !== undefined && matches(headers['if-none-match'], known.etag)
  const fields = isUnchanged ? known.unchanged : known.headers
  const body = isUnchanged ? null : bodyOf(common === undefined ? shares.rare : shares.common, known)
  if (fields === null || body === undefined) return false
  known.asked += 1
  request.cacheStatus = isUnchanged ? 'unchanged' : 'hit'
  reply.hijack()
  reply.raw.writeHead(isUnchanged ? 304 : 200, [...fields, 'Request-Id', request.id])
  if (body === null || method === 'HEAD') reply.raw.end()
  else reply.raw.end(body)
  return true
}

const bodyOf = ({ answers }: Share, { name }: Replay): Buffer | undefined => answers.get(name)?.body

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
