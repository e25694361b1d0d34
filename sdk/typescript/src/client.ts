// The client: every operation of the contract by its path, and what makes long answers easy.
import createOpenapiClient, {
  type FetchOptions,
  type MaybeOptionalInit,
  type Client as OpenapiClient,
} from 'openapi-fetch'
import { createEtagCache, isJson } from './etag-cache.ts'
import { readLines } from './lines.ts'
import { readProblem } from './problem.ts'
import { type RetryOptions, secondsToWait, withRetries } from './retry.ts'
import type { components, paths } from './schema.gen.ts'
import { type Store, type Synced, type SyncOptions, sync } from './sync.ts'

export interface ClientOptions {
  /** Scheme and host of the service, for example `https://findings.example.org`. */
  readonly baseUrl: string
  /** How requests are sent. Default: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** How often, and after what pauses, a request is tried again. */
  readonly retry?: RetryOptions
  /**
   * Characters of JSON answers to keep for revalidation. Default 10,000,000; 0: none. In a browser or one of its workers
   * none, since the browser's own cache does the same, and better.
   */
  readonly cache?: number
}

type GetPath = keyof paths
type Operation<P extends GetPath> = paths[P]['get']
type JsonAnswer<P extends GetPath> =
  Operation<P> extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never

/** Paths that answer with a list in pages. */
type ListPath = {
  [P in GetPath]: JsonAnswer<P> extends {
    data: readonly unknown[]
    page: { next: string | null }
  }
    ? P
    : never
}[GetPath]

/** Paths that stream one record a line. */
type LinesPath = Extract<GetPath, `${string}.ndjson`>

type Finding = components['schemas']['Finding']
type SparseFinding = components['schemas']['SparseFinding']
type OnlyFields = { readonly params: { readonly query: { readonly fields: unknown } } }

/** A finding whole, unless `fields` asks for some of it. */
type Shaped<Item, Init> = Finding extends Item ? (Init extends OnlyFields ? SparseFinding : Finding) : Item

type RowOf<P extends GetPath> = JsonAnswer<P> extends { data: readonly (infer Item)[] } ? Item : never

type Init<P extends GetPath> = MaybeOptionalInit<paths[P], 'get'>
/** The second argument: left out where the path needs no parameter. */
type InitParam<I> = undefined extends I ? [I?] : [I]

export interface Client {
  /**
   * The answer of any JSON path; throws a `Problem` for any but a good one.
   * `await client.get('/v1/findings', { params: { query: { area: ['salford'] } } })`
   */
  get<P extends GetPath, I extends Init<P>>(path: P, ...init: InitParam<I>): Promise<JsonAnswer<P>>
  /** Every page of a list, one after the other; a release published meanwhile changes nothing. */
  pages<P extends ListPath, I extends Init<P>>(path: P, ...init: InitParam<I>): AsyncGenerator<JsonAnswer<P>>
  /** Every row of a list, page by page. */
  rows<P extends ListPath, I extends Init<P>>(
    path: P,
    ...init: InitParam<I>
  ): AsyncGenerator<Shaped<RowOf<P>, I>>
  /** Every record of an NDJSON export as it arrives; throws where the export breaks off. */
  lines<P extends LinesPath, I extends Init<P>>(
    path: P,
    ...init: InitParam<I>
  ): AsyncGenerator<Shaped<Finding, I>>
  /** Brings a copy to the current release: see {@link sync}. */
  sync(store: Store, options?: SyncOptions): Promise<Synced>
  /** The client of openapi-fetch beneath, for other formats: `parseAs: 'text'`, `'blob'`, `'stream'`. */
  readonly api: OpenapiClient<paths>
}

const isBrowser = 'document' in globalThis || 'importScripts' in globalThis // a page, or a worker of one

export function createClient({
  baseUrl,
  fetch = (request) => globalThis.fetch(request),
  retry = {},
  cache: room = isBrowser ? 0 : 10_000_000,
}: ClientOptions): Client {
  const base = baseUrl.replace(/\/+$/, '')
  const cache = createEtagCache(room)

  const send = async (request: Request): Promise<Response> => {
    const key = `${request.headers.get('accept') ?? ''} ${request.url}`
    const kept = request.headers.has('if-none-match') ? null : cache.find(key)
    if (kept !== null) request.headers.set('If-None-Match', kept.etag)
    const response = await withRetries((signal) => receive(request, signal), request.signal, retry)
    if (response.status === 304 && kept !== null) return cache.use(key, kept)
    if (!response.ok) throw await readProblem(response, secondsToWait(response.headers))
    return cache.keep(key, response)
  }
  /** An answer; one in JSON with its body, so that a connection that breaks within it counts as failed. */
  const receive = async (request: Request, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(new Request(request.clone(), { signal }))
    if (!isJson(response)) return response
    const { status, statusText, headers } = response
    const body = await response.text()
    return new Response(status === 304 ? null : body, { status, statusText, headers })
  }
  const api = createOpenapiClient<paths>({ baseUrl: base, fetch: send })

  /** An address of an answer, asked for where this client asks: the service may know itself by another name. */
  const follow = async (address: string, init: FetchOptions<unknown> = {}): Promise<unknown> => {
    const { pathname, search } = new URL(address)
    const { params: _params, ...rest } = init
    const { data } = await api.GET((pathname + search) as never, rest as never)
    return data
  }

  // openapi-fetch knows the types by the path; inside, where the path is any, they are lost.
  const ask = async (path: GetPath, init: object = {}): Promise<unknown> =>
    (await api.GET(path as never, init as never)).data

  async function* pages(path: GetPath, init?: FetchOptions<unknown>): AsyncGenerator<Page> {
    let page = (await ask(path, init)) as Page
    for (;;) {
      yield page
      if (page.page.next === null) return
      page = (await follow(page.page.next, init)) as Page
    }
  }

  async function* rows(path: GetPath, init?: FetchOptions<unknown>): AsyncGenerator<unknown> {
    for await (const page of pages(path, init)) yield* page.data
  }

  async function* lines(path: GetPath, init?: FetchOptions<unknown>): AsyncGenerator<unknown> {
    yield* readLines((await ask(path, { ...init, parseAs: 'stream' })) as ReadableStream<Uint8Array>)
  }

  const client: Client = {
    api,
    get: ask as Client['get'],
    pages: pages as Client['pages'],
    rows: rows as Client['rows'],
    lines: lines as Client['lines'],
    sync: (store, options) => sync(client, store, options),
  }
  return client
}

interface Page {
  readonly data: readonly unknown[]
  readonly page: { readonly next: string | null }
}
