// The answer cache: what was asked once is answered from memory, as it would have been without it.
import type { IncomingHttpHeaders } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { sql } from 'kysely'
import pino from 'pino'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { growRelease } from '../support/large-release.ts'
import { drain, serve } from '../support/serve.ts'
import { until } from '../support/until.ts'

const database = await createDatabase(t, 'fixture')
const lines: string[] = []
const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
const cached = await serve(t, database, 8, { cacheMegabytes: 64, logger })
const plain = await serve(t, database)
const small = await serve(t, await createDatabase(t, 'real'), 8, { cacheMegabytes: 1 })
const other = await openApp(t, 'fixture')

type Headers = Readonly<Record<string, string>>

const addresses = [
  ...[
    '/v1',
    '/v1/areas',
    '/v1/areas/northmoor',
    '/v1/agencies.csv',
    '/v1/findings?limit=2',
    '/v1/findings?q=child',
  ],
  ...['/v1/findings/northmoor-2016-001', '/v1/findings/facets', '/v1/findings/crosstab?rows=area&cols=kind'],
  ...['/v1/findings/crosstab.csv?rows=area&cols=kind&download=true', '/v1/releases', '/v1/releases/1.0.0'],
  ...[
    '/v1/releases/1.0.0/findings',
    '/v1/releases/1.1.0/diff',
    '/v1/changes',
    '/v1/changes.atom',
    '/v1/publications',
  ],
  ...['/v1/citation.bib?url=/v1/findings', '/problems/gone', '/openapi.json', '/openapi.yaml', '/robots.txt'],
  ...[
    '/',
    '/findings',
    '/findings?q=child',
    '/areas/northmoor',
    '/about?utm=x',
    '/explorer.css',
    '/preview.png',
  ],
]

interface Answer {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  readonly rawPayload: Buffer
  readonly body: string
  json(): { readonly request_id: string; readonly data: readonly unknown[] }
}

/** Asks through a socket: what is answered ahead of Fastify never shows otherwise. */
async function ask(
  served: typeof cached,
  url: string,
  headers: Headers = {},
  method: 'GET' | 'HEAD' = 'GET',
): Promise<Answer> {
  const response = await served.open(url, headers, method)
  const { body: rawPayload } = await drain(response)
  const body = rawPayload.toString()
  return {
    statusCode: response.statusCode ?? 0,
    headers: response.headers,
    rawPayload,
    body,
    json: () => JSON.parse(body),
  }
}

/** The header fields that may not differ from one answer to another like it. */
function fieldsOf({ headers }: Answer) {
  const {
    'request-id': _id,
    date: _date,
    'cache-status': _status,
    'server-timing': _timing,
    'content-length': _length,
    'transfer-encoding': _coding,
    ...fields
  } = headers
  return fields
}

/** How many requests to a route the metrics have counted, of one status of the cache or of any. */
async function requestsOf({ metrics }: typeof cached, route: string, cache = '[a-z]+'): Promise<number> {
  const name = `jtai_http_request_duration_seconds_count\\{route="${route}",status="200",cache="${cache}"\\}`
  const lines = [...(await metrics.read()).matchAll(new RegExp(`^${name} (\\d+)$`, 'gm'))]
  return lines.reduce((sum, [, count]) => sum + Number(count), 0)
}

const statusOf = ({ headers }: Answer) => headers['cache-status']

t.test('what was asked once is answered again without a query, and as it is without a cache', async (t) => {
  for (const url of addresses) {
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding }
      const expected = await ask(plain, url, headers)
      t.equal(expected.statusCode, 200, url)
      await ask(cached, url, headers)
      const before = cached.queries()
      for (const method of ['GET', 'HEAD'] as const) {
        const again = await ask(cached, url, headers, method)
        t.equal(statusOf(again), 'jtai; hit', `${method} ${url} ${coding}`)
        t.equal(again.headers['server-timing'], 'cache;desc=hit')
        t.same(fieldsOf(again), fieldsOf(expected), url)
        t.equal(again.headers['content-length'], String(expected.rawPayload.length), url)
        t.ok(again.rawPayload.equals(method === 'GET' ? expected.rawPayload : Buffer.alloc(0)), url)
      }
      const routed = await cached.app.inject({ url, headers }) // not ahead of Fastify, and from memory all the same
      t.ok(routed.rawPayload.equals(expected.rawPayload), url)
      t.equal(routed.headers['cache-status'], 'jtai; hit', url)
      for (const round of ['as the route answers it', 'as it was answered before']) {
        const condition = { ...headers, 'if-none-match': String(expected.headers.etag) }
        const [found, wanted] = [await ask(cached, url, condition), await ask(plain, url, condition)]
        t.equal(found.statusCode, 304, `${url} ${round}`)
        t.same(fieldsOf(found), fieldsOf(wanted), `${url} ${round}`)
        t.equal(found.body, '')
      }
      t.equal(cached.queries(), before, url)
    }
  }
})

t.test('a validator that does not match gets the whole answer from memory', async (t) => {
  await ask(cached, '/v1/areas')
  const before = cached.queries()
  for (const condition of ['W/"other"', '*', '""']) {
    const { statusCode } = await ask(cached, '/v1/areas', { 'if-none-match': condition })
    t.equal(statusCode, 200)
  }
  t.equal(cached.queries(), before)
})

t.test('however a question is spelled, it has one answer, which holds nothing of the spelling', async (t) => {
  const spellings = [
    '/v1/findings?area=northmoor,eastvale&kind=strength&limit=3',
    '/v1/findings?limit=3&kind=strength&area=eastvale&area=northmoor',
    '/v1/findings?kind=strength&area=eastvale,northmoor,eastvale&limit=3&sort=-published_on',
    '/v1/findings?%6bind=%73trength&&area=northmoor,eastvale&limit=3',
  ]
  const [first = '', ...others] = spellings
  const { body } = await ask(cached, first)
  const before = cached.queries()
  for (const url of others) {
    const found = await ask(cached, url)
    t.equal(found.body, body, url)
    t.equal(statusOf(found), 'jtai; hit', url)
    t.equal((await ask(plain, url)).body, body, url)
  }
  t.equal(cached.queries(), before)
})

t.test('many who ask at once wait for one computation', async (t) => {
  const url = '/v1/findings?kind=context&limit=4'
  const start = plain.queries()
  await ask(plain, url)
  const alone = plain.queries() - start
  const before = cached.queries()
  const answers = await Promise.all(Array.from({ length: 20 }, () => cached.app.inject(url)))
  t.equal(cached.queries() - before, alone)
  t.equal(new Set(answers.map(({ body }) => body)).size, 1)
  const statuses = answers.map(({ headers }) => headers['cache-status'])
  t.equal(statuses.filter((status) => status === 'jtai; fwd=miss').length, 1)
  t.equal(statuses.filter((status) => status === 'jtai; fwd=miss; collapsed').length, 19)
})

/** Holds every query that reads findings until `act` is done. */
const holdQueries = (act: () => Promise<void>) =>
  database.owner.transaction().execute(async (holder) => {
    await sql`LOCK TABLE finding`.execute(holder)
    await act()
  })

t.test('a first client that leaves does not take the answer from the others', async (t) => {
  const path = '/v1/findings?kind=context&limit=5'
  const before = cached.queries()
  const abort = new AbortController()
  const url = `http://127.0.0.1:${cached.port}${path}`
  let rest: Promise<Awaited<ReturnType<typeof ask>>> | undefined
  await holdQueries(async () => {
    const left = fetch(url, { signal: abort.signal }).catch(() => 'left')
    await until(() => cached.queries() > before)
    const begun = cached.queries()
    rest = ask(cached, path)
    abort.abort()
    t.equal(await left, 'left')
    t.equal(cached.queries(), begun, 'the second asks nothing of its own')
  })
  const answer = await rest
  t.equal(answer?.statusCode, 200)
  t.equal(answer?.body, (await ask(plain, path)).body)
})

t.test('a failure is kept for nobody', async (t) => {
  const { app, database } = other
  await database.owner.transaction().execute(async (holder) => {
    await sql`LOCK TABLE finding`.execute(holder)
    const [one, two] = await Promise.all([
      app.inject('/v1/findings?limit=7'),
      app.inject('/v1/findings?limit=7'),
    ])
    t.same([one.statusCode, two.statusCode], [503, 503])
    t.not(one.json().request_id, two.json().request_id, 'each is told of its own request')
    t.equal(one.headers['cache-status'], undefined)
  })
  const { statusCode, headers } = await app.inject('/v1/findings?limit=7')
  t.equal(statusCode, 200)
  t.equal(headers['cache-status'], 'jtai; fwd=miss')
})

t.test('what would be refused is refused, also beside an answer that is kept', async (t) => {
  await ask(cached, '/v1/areas')
  t.equal((await ask(cached, '/v1/areas', { accept: 'text/csv' })).statusCode, 406)
  t.equal((await ask(cached, '/v1/areas/')).statusCode, 404)
  await ask(cached, '/findings')
  t.equal((await ask(cached, '/findings/', { accept: 'text/html' })).statusCode, 404)
  t.equal((await cached.app.inject({ method: 'POST', url: '/v1/areas' })).statusCode, 405)
  for (const refused of ['/v1/findings?area=nowhere', '/v1/nothing', '/v1/findings/northmoor-2016-9999']) {
    const [first, second] = [await ask(cached, refused), await ask(cached, refused)]
    t.ok(first.statusCode >= 400)
    t.equal(second.headers['cache-status'], undefined, refused)
    t.not(first.json().request_id, second.json().request_id)
  }
})

t.test('an export is never kept', async (t) => {
  for (const path of ['/v1/findings.csv', '/v1/findings.json', '/v1/changes.csv', '/v1/findings.xlsx']) {
    const [first, second] = [await ask(cached, path), await ask(cached, path)]
    t.equal(statusOf(first), 'jtai; fwd=bypass', path)
    t.equal(statusOf(second), 'jtai; fwd=bypass', path)
    // a workbook holds the seconds at which it was written
    if (!path.endsWith('.xlsx')) t.equal(first.body, second.body)
  }
})

t.test('an export does not wait for another of the same to end', async (t) => {
  const grown = await createDatabase(t, 'fixture')
  await growRelease(grown.owner, 20_000)
  const served = await serve(t, grown, 4, { cacheMegabytes: 64 })
  const idle = await served.open('/v1/findings.ndjson') // its body stays unread
  const { body, complete } = await drain(await served.open('/v1/findings.ndjson'))
  t.ok(complete)
  t.equal(body.toString().split('\n').length, 20_001)
  t.notOk(idle.complete)
  idle.destroy()
})

t.test(
  'a new release is answered from the next question on, and what was asked most is there at once',
  async (t) => {
    const followed = await createDatabase(t, 'fixture')
    const served = await serve(t, followed, 8, { cacheMegabytes: 64, follows: true })
    const url = '/v1/findings?kind=strength&limit=2'
    const pinned = '/v1/releases/1.0.0/findings?limit=2'
    for (let round = 0; round < 3; round += 1) await ask(served, url)
    const old = await ask(served, url)
    const [, kept] = [await ask(served, pinned), await ask(served, pinned)]
    t.equal(statusOf(kept), 'jtai; hit')
    const counted = () => requestsOf(served, '/v1/findings')
    const before = await counted()
    await growRelease(followed.owner, 50)
    await until(() => served.catalogue.current().release.version === '9.0.0')
    await until(async () => (await counted()) > before)
    const fresh = await ask(served, url)
    t.equal(fresh.headers['dataset-release'], '9.0.0')
    t.equal(statusOf(fresh), 'jtai; hit')
    t.not(fresh.body, old.body)
    const again = await ask(served, pinned)
    t.equal(again.body, kept.body)
    t.equal(statusOf(again), 'jtai; hit')
    const page = await ask(served, '/v1/releases')
    t.match(page.body, '"9.0.0"')
  },
)

t.test('an answer that a new release overtakes is not taken for one of that release', async (t) => {
  const { owner, ...others } = await createDatabase(t, 'fixture')
  await growRelease(owner, 50)
  const grown = sql`release_id = (SELECT max(id) FROM release)`
  await sql`CREATE TABLE hidden AS SELECT * FROM release_file WHERE ${grown}`.execute(owner)
  await sql`DELETE FROM release_file_part WHERE ${grown}`.execute(owner)
  await sql`DELETE FROM release_file WHERE ${grown}`.execute(owner) // what has no files is not seen
  const served = await serve(t, { owner, ...others }, 8, { cacheMegabytes: 64, follows: true })
  const url = '/v1/findings?limit=6'
  let overtaken: Promise<Answer> | undefined
  await owner.transaction().execute(async (holder) => {
    await sql`LOCK TABLE evidence`.execute(holder)
    const before = served.queries()
    overtaken = ask(served, url)
    await until(() => served.queries() > before)
    await sql`INSERT INTO release_file SELECT * FROM hidden`.execute(owner)
    await until(() => served.catalogue.current().release.version === '9.0.0')
  })
  t.equal((await overtaken)?.headers['dataset-release'], '1.1.0')
  const { headers } = await ask(served, url)
  t.equal(headers['dataset-release'], '9.0.0')
})

t.test('junk drives out nothing that many ask for, and the cache keeps within its bytes', async (t) => {
  await ask(small, '/v1/findings/facets')
  const urls = Array.from({ length: 150 }, (_, at) => [
    `/v1/findings?q=police%20${at}&limit=20`,
    `/v1/citation?url=/v1/findings?limit=${at + 1}`,
    `/about?junk=${at}`,
  ]).flat()
  for (const url of urls) t.equal((await ask(small, url)).statusCode, 200, url)
  const before = small.queries()
  t.equal(statusOf(await ask(small, '/v1/findings/facets')), 'jtai; hit')
  t.equal(small.queries(), before)
  t.equal(statusOf(await ask(small, urls[0] ?? '')), 'jtai; fwd=miss', 'the oldest of them is gone')
  const metrics = await small.metrics.read()
  const bytes = [...metrics.matchAll(/^jtai_cache_bytes\{.*\} (\d+)$/gm)].map(([, value]) => Number(value))
  t.equal(bytes.length, 4)
  t.ok(bytes.reduce((sum, one) => sum + one, 0) <= 1_000_000)
  t.ok(bytes.every((one) => one > 0))
})

t.test('a body beyond the bound is sent, and computed each time', async (t) => {
  const [first, second] = [
    await ask(small, '/v1/findings?limit=500'),
    await ask(small, '/v1/findings?limit=500'),
  ]
  t.equal(statusOf(second), 'jtai; fwd=miss')
  t.equal(second.body, first.body)
  t.equal(second.json().data.length, 500)
})

t.test('a hit is logged and counted like any request', async (t) => {
  const counted = async () => ({
    hits: await requestsOf(cached, '/v1/themes', 'hit'),
    requests: await requestsOf(cached, '/v1/themes'),
  })
  await ask(cached, '/v1/themes')
  const [before, logged] = [await counted(), lines.length]
  for (let round = 0; round < 3; round += 1) await drain(await cached.open('/v1/themes'))
  await until(() => lines.length >= logged + 3)
  const after = await counted()
  t.same([after.hits - before.hits, after.requests - before.requests], [3, 3])
  t.match(JSON.parse(lines.at(-1) ?? ''), { route: '/v1/themes', status: 200, method: 'GET' })
})

t.test('random questions: an answer from memory is the one the database gives', async (t) => {
  const values = {
    area: ['northmoor', 'eastvale'],
    kind: ['strength', 'context', 'area_for_improvement'],
    agency: ['health', 'schools'],
    limit: ['1', '3', '100'],
    sort: ['id', '-id', 'published_on', '-published_on'],
    fields: ['id', 'summary'],
    expand: ['area', 'themes'],
  }
  const pair = fc
    .constantFrom(...(Object.keys(values) as (keyof typeof values)[]))
    .chain((name) => fc.constantFrom(...values[name]).map((value) => `${name}=${value}`))
  const question = fc.uniqueArray(pair, { maxLength: 5, selector: (text) => text.split('=')[0] })
  await fc.assert(
    fc.asyncProperty(question, fc.constantFrom('identity', 'gzip', 'br'), async (pairs, coding) => {
      const url = `/v1/findings?${pairs.join('&')}`
      const [expected, , found] = [
        await ask(plain, url),
        await ask(cached, url, { 'accept-encoding': coding }),
        await ask(cached, url, { 'accept-encoding': coding }),
      ]
      const unpack = { identity: (bytes: Buffer) => bytes, gzip: gunzipSync, br: brotliDecompressSync }
      const sent = found.headers['content-encoding'] ?? 'identity'
      const body = unpack[sent as keyof typeof unpack](found.rawPayload).toString()
      return body === expected.body && found.statusCode === expected.statusCode
    }),
    { numRuns: 100 },
  )
  t.pass('100 questions')
})
