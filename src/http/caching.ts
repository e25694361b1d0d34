// Validators and cache headers. A matching If-None-Match is answered before any query runs.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { licence } from '../lib/about.ts'
import { permalinkOf } from '../lib/answers.ts'
import { type Query, withQuery } from '../lib/canonical-query.ts'
import { type Extension, mediaTypes, stemOf } from '../lib/formats.ts'
import type { Scope } from './scope.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The validator of the answer this request gets when all goes well; null where none is given. */
    etag: string | null
  }
  interface FastifyContextConfig {
    /** Media type of the address; JSON where it says nothing. */
    readonly mediaType?: string
    /** The formats the resource is served in, this one among them, by the extension of their address. */
    readonly formats?: readonly Extension[]
    /** Of a page: the same path below this prefix answers with its data. */
    readonly dataBelow?: string
    /** Throws the problem a request would be answered with: so an address can be checked without asking it. */
    readonly check?: (scope: Scope, query: Query, params: PathParameters) => Promise<unknown>
    /**
     * What answers depend on: the release and its query (`releases`: and which one is the newest), the build only, or
     * nothing, as a file that never changes and describes itself.
     */
    readonly varies?: 'release' | 'releases' | 'build' | 'file'
  }
}

export type PathParameters = Readonly<Record<string, string | undefined>>

interface Options {
  readonly publicUrl: string
  readonly build: string
  /** Whether answers name what belongs to them in `Link`; a page does so in its head. */
  readonly namesLinks?: boolean
}

const root = join(import.meta.dirname, '../..')

/** Hash of the sources and the lockfile: a new build gives every answer a new validator. */
export function hashBuild(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => /\.(ts|js|css|svg|png)$/.test(name)).sort()) {
    hash.update(file).update(readFileSync(join(root, 'src', file)))
  }
  return hash.digest('base64url').slice(0, 16)
}

export function setCacheHeaders(
  app: FastifyInstance,
  { publicUrl, build, namesLinks = false }: Options,
): void {
  if (!app.hasRequestDecorator('etag')) app.decorateRequest('etag', null)
  app.addHook('preHandler', async (request, reply) => {
    if (reply.sent) return
    const { config } = request.routeOptions
    if (config.varies === undefined || config.varies === 'file') return
    const parts = config.varies === 'build' ? [addressOf(request, build)] : partsOf(request.scope)
    const newest = config.varies === 'releases' ? request.scope.newest : ''
    request.etag = weakEtag([...parts, newest, config.mediaType ?? '', publicUrl, build])
    if (matches(request.headers['if-none-match'], request.etag)) {
      describe(request, reply, build)
      return reply.code(304).send()
    }
  })
  app.addHook('onSend', async (request, reply) => {
    if (reply.statusCode !== 200) return
    describe(request, reply, build)
    if (request.etag !== null && namesLinks && request.routeOptions.config.varies !== 'build')
      link(request, reply, publicUrl)
  })
}

const isOfBuild = ({ raw }: FastifyRequest, build: string): boolean =>
  raw.url?.endsWith(`?v=${build}`) ?? false

// Nothing else that is appended changes the answer.
const addressOf = (request: FastifyRequest, build: string): string => {
  const [path = ''] = (request.raw.url ?? '').split('?')
  return isOfBuild(request, build) ? `${path}?v=${build}` : path
}

const partsOf = ({ release, pinnedAddress, address, query }: Scope): string[] => [
  release.version,
  pinnedAddress,
  address,
  query,
]

function describe(request: FastifyRequest, reply: FastifyReply, build: string): void {
  const { config } = request.routeOptions
  if (request.etag === null) return
  reply.header('ETag', request.etag)
  if (config.varies === 'build') {
    // A page names the build of what it loads: that address never changes its meaning.
    reply.header(
      'Cache-Control',
      isOfBuild(request, build) ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
    )
    return
  }
  const { scope } = request
  const isPinned = scope.base.includes('/releases/') && scope.address !== scope.base
  reply
    .header(
      'Cache-Control',
      isPinned
        ? 'public, max-age=86400'
        : 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400',
    )
    .header('Last-Modified', new Date(scope.release.released_at).toUTCString())
    .header('Dataset-Release', scope.release.version)
}

// Not on a 304: a cache would put these in the place of those it holds, and `next` and `prev` take a query to know.
function link(
  { scope, routeOptions: { config } }: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): void {
  const links = [
    `<${permalinkOf(scope)}>; rel="canonical"`,
    `<${licence.url}>; rel="license"`,
    `<${publicUrl}/openapi.json>; rel="service-desc"`,
    `<${publicUrl}/docs>; rel="describedby"`,
    ...alternatesOf(config.formats ?? [], scope),
  ]
  reply.header('Link', [...[reply.getHeader('Link') ?? []].flat(), ...links].join(', '))
}

// From the plain path only: what else it serves. Pages and fields are left out, which other formats know otherwise.
const alternatesOf = (formats: readonly Extension[], { address, walk }: FastifyRequest['scope']): string[] =>
  stemOf(address, formats) === address
    ? formats
        .filter((extension) => extension !== '')
        .map(
          (extension) =>
            `<${withQuery(address + extension, walk)}>; rel="alternate"; type="${mediaTypes[extension]}"`,
        )
    : []

const weakEtag = (parts: readonly string[]): string =>
  `W/"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22)}"`

/** RFC 9110 13.1.2: weak comparison. `*` is not honoured: it cannot be known here whether there is an answer. */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === etag) return true
  const opaque = etag.replace('W/', '')
  return header?.split(',').some((one) => one.trim().replace(/^W\//, '') === opaque) ?? false
}
