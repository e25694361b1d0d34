// Which release answers a request: the current one, the one in the path, or the one a cursor walks.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Catalogue, Edition } from '../db/catalogue.ts'
import { problem } from '../errors.ts'
import type { AnswerContext } from '../lib/answers.ts'
import { canonicalQuery, type Query, withQuery } from '../lib/canonical-query.ts'
import { type Cursor, decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { suggest } from '../lib/suggest.ts'
import { defaultsOf } from './query-string.ts'

/** What a data route knows of its request. */
export interface Scope extends AnswerContext {
  readonly edition: Edition
  /** `/v1` with the host, or `/v1/releases/{version}`: the stem of every link in the answer. */
  readonly base: string
  readonly cursor: Cursor | null
  /** Version of the newest release. */
  readonly newest: string
  /** The canonical query without what does not change the walk. */
  readonly walk: string
  /** What cursors are bound to: the walk, and of which list it is. */
  readonly bound: string
}

declare module 'fastify' {
  interface FastifyRequest {
    scope: Scope
  }
}

interface Options {
  readonly catalogue: Catalogue
  readonly publicUrl: string
}

/** What is asked for, read from an address. */
export interface Asked {
  /** Without host and query, for example `/v1/findings.csv`. */
  readonly path: string
  /** The release the path names; null where it names none. */
  readonly version: string | null
  readonly query: Query
  /** The schema of the query, which holds its defaults. */
  readonly querySchema: unknown
}

/** Every route registered after this finds its release in `request.scope`, or is answered by 404, 307 or 503. */
export function resolveScope(app: FastifyInstance, options: Options): void {
  app.addHook('preHandler', async (request, reply) => {
    const version = versionIn(request.params)
    if (version === 'latest') return redirectToLatest(request, reply, options)
    request.scope = await findScope(
      {
        path: (request.raw.url ?? '').split('?')[0] ?? '',
        version,
        query: request.asked,
        querySchema: request.routeOptions.schema?.querystring,
      },
      options,
    )
  })
}

/** The release that answers what is asked. Throws a problem: 404 for no such release, 400 for a wrong cursor, 503. */
export async function findScope(
  { path, version, query, querySchema }: Asked,
  { catalogue, publicUrl }: Options,
): Promise<Scope> {
  const defaults = defaultsOf(querySchema)
  const { cursor: text, limit: _limit, fields: _fields, expand: _expand, style: _style, ...filters } = query
  const walk = canonicalQuery(filters, defaults)
  const stem = path.replace(/^\/v1(\/releases\/[^/]+)?/, '')
  // Cursors of findings are older than those of other lists, and live as long as their release.
  const bound = stem === '/findings' ? walk : `${stem}?${walk}`
  const cursor = typeof text === 'string' ? readCursor(text, bound, version) : null
  const wanted = cursor?.version ?? version
  const edition = wanted === null ? catalogue.current() : await catalogue.find(wanted)
  if (edition === null) throw cursor === null ? unknownRelease(wanted, catalogue) : notYetSeen(wanted)

  const pinnedRoot = `/v1/releases/${edition.release.version}`
  const rest = version === null ? path.slice('/v1'.length) : path.slice(pinnedRoot.length)
  const isPinnable = version !== null || !unpinnable.includes(rest)
  return {
    edition,
    release: edition.release,
    base: publicUrl + (version === null ? '/v1' : pinnedRoot),
    address: publicUrl + path,
    pinnedAddress: publicUrl + (isPinnable ? pinnedRoot + rest : path),
    query: canonicalQuery(query, defaults),
    walk,
    bound,
    cursor,
    newest: catalogue.current().release.version,
  }
}

// These tell what is current, or are about another address.
const unpinnable = [
  '',
  '/releases',
  '/releases.csv',
  '/changes',
  '/changes.csv',
  '/changes.atom',
  '/citation',
  '/citation.txt',
  '/citation.bib',
  '/citation.ris',
]

/** The version among the parameters of a path; null where the path names no release. */
export const versionIn = (params: unknown): string | null =>
  typeof params === 'object' && params !== null && 'version' in params ? String(params.version) : null

/** The address of the page that goes on from a position: the same question at `stem`, with a cursor. Null without one. */
export function cursorAddress(
  scope: Scope,
  stem: string,
  direction: Cursor['direction'],
  position: number | null,
): string | null {
  if (position === null) return null
  const cursor = encodeCursor({ version: scope.release.version, direction, position }, scope.bound)
  const others = withoutCursor(scope.query)
  return withQuery(stem, [...others.split('&').filter(Boolean), `cursor=${cursor}`].sort().join('&'))
}

/** A canonical query from the beginning of its walk. */
export const withoutCursor = (query: string): string =>
  query
    .split('&')
    .filter((pair) => !pair.startsWith('cursor='))
    .join('&')

function readCursor(text: string, walk: string, version: string | null): Cursor {
  const cursor = decodeCursor(text, walk)
  if (cursor !== null && (version === null || version === cursor.version)) return cursor
  const detail =
    cursor === null
      ? 'It is malformed, or was made for other filters or another order.'
      : `It walks release ${cursor.version}, but the address asks for ${version}.`
  const allowed = ['a cursor of page.next or page.prev, with the same filters and order']
  throw problem('invalid-cursor', `Parameter cursor: ${detail}`, {
    errors: [{ parameter: 'cursor', detail, allowed }],
  })
}

function redirectToLatest(request: FastifyRequest, reply: FastifyReply, { catalogue, publicUrl }: Options) {
  const { version } = catalogue.current().release
  const location = (request.raw.url ?? '').replace(/^\/v1\/releases\/latest/, `/v1/releases/${version}`)
  return reply.header('Cache-Control', 'public, max-age=60').redirect(publicUrl + location, 307)
}

function unknownRelease(version: string | null, catalogue: Catalogue) {
  const allowed = catalogue.releases().map((release) => release.version)
  const detail = `There is no release ${String(version).slice(0, 50)}.`
  const near = suggest(String(version), allowed)
  return problem(
    'not-found',
    `${detail} The newest are ${allowed.slice(0, 5).join(', ')}; see /v1/releases.`,
    {
      errors: [{ parameter: 'version', detail, allowed: allowed.slice(0, 50), did_you_mean: near }],
    },
  )
}

export const notYetSeen = (version: string | null) =>
  problem('service-unavailable', `This server does not see release ${version} yet.`, { retryAfter: 2 })
