// The typed client: answers, pages, lines, problems, validators, retries and aborts, against a real server.
import { createServer } from 'node:http'
import t from 'tap'
import { createClient, isProblem, type Problem } from '../../sdk/typescript/src/index.ts'
import { operations } from '../support/contract.ts'
import { serveData } from '../support/sdk.ts'

const api = await serveData(t, 'fixture')

/** What a promise was refused with. */
async function problemOf(asked: Promise<unknown>): Promise<Problem> {
  const error = await asked.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  )
  if (!isProblem(error)) throw error
  return error
}

const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

t.test('an answer is that of the API', async (t) => {
  const client = api.client()
  const { data } = await client.get('/v1/findings/{id}', { params: { path: { id: 'northmoor-2016-009' } } })
  t.equal(data.id, 'northmoor-2016-009')
  const query = { area: ['northmoor', 'eastvale'], kind: ['strength' as const], limit: 3 }
  const list = await client.get('/v1/findings', { params: { query } })
  t.same(list, await api.read('/v1/findings?area=northmoor,eastvale&kind=strength&limit=3'))
})

t.test('every operation of the contract can be asked for', async (t) => {
  const client = api.client()
  const values = {
    id: 'northmoor-2016',
    version: '1.1.0',
    name: 'areas.csv',
    type: 'gone',
  }
  const ids: Readonly<Record<string, string>> = {
    areas: 'northmoor',
    publications: 'letter-northmoor-2016',
    agencies: 'health',
    themes: 'planning',
    findings: 'northmoor-2016-009',
  }
  for (const { path } of operations) {
    const [, collection = ''] = /\/([a-z]+)\/\{id\}/.exec(path) ?? []
    const query = path.includes('crosstab')
      ? { rows: 'agency', cols: 'kind' }
      : path.includes('citation')
        ? { url: '/v1/findings' }
        : {}
    const init = { params: { path: { ...values, id: ids[collection] ?? values.id }, query } }
    const { response } = await client.api.GET(path as never, { ...init, parseAs: 'arrayBuffer' } as never)
    t.equal((response as Response).status, 200, path)
  }
})

t.test('pages and rows give the whole list once', async (t) => {
  const client = api.client()
  const whole = await api.read<{ data: { id: string }[] }>('/v1/findings?limit=500')
  const rows = await collect(client.rows('/v1/findings', { params: { query: { limit: 7 } } }))
  t.same(rows, whole.data)
  const pages = await collect(client.pages('/v1/findings', { params: { query: { limit: 7 } } }))
  t.equal(pages.length, Math.ceil(whole.data.length / 7))
  t.same(await collect(client.rows('/v1/areas')), (await api.read<{ data: unknown[] }>('/v1/areas')).data)
  const ids = await collect(client.rows('/v1/findings', { params: { query: { fields: ['id'], limit: 50 } } }))
  t.same(
    ids,
    whole.data.map(({ id }) => ({ id })),
  )
})

t.test('pages are asked for where the client asks, whatever the service calls itself', async (t) => {
  const other = createClient({ baseUrl: `${api.url.replace('127.0.0.1', 'localhost')}/` })
  t.equal((await collect(other.rows('/v1/findings', { params: { query: { limit: 30 } } }))).length, 74)
})

t.test('lines come as they are, and can be left off', async (t) => {
  const client = api.client()
  const whole = await api.read<{ data: unknown[] }>('/v1/findings?limit=500')
  t.same(await collect(client.lines('/v1/findings.ndjson')), whole.data)
  for await (const finding of client.lines('/v1/findings.ndjson')) {
    t.ok(finding.summary)
    break
  }
})

t.test('lines that break off are an error', async (t) => {
  const broken = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"id":"a"}\n{"id":')
    setTimeout(() => response.destroy(), 50)
  })
  const ended = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"id":"a"}\n{"id":')
  })
  for (const server of [broken, ended]) {
    t.teardown(() => server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const client = createClient({ baseUrl: `http://127.0.0.1:${port}` })
    await t.rejects(collect(client.lines('/v1/findings.ndjson')))
  }
})

t.test('a refusal is a typed problem', async (t) => {
  const client = api.client()
  const query = { area: ['nortmoor'] }
  const wrong = await problemOf(client.get('/v1/findings', { params: { query } }))
  t.equal(wrong.status, 400)
  t.equal(wrong.code, 'invalid-parameter')
  t.match(wrong.problem.errors, [{ parameter: 'area', did_you_mean: 'northmoor' }])
  t.match(wrong.message, 'nortmoor')
  const path = { id: 'overview-2017-003' }
  const gone = await problemOf(client.get('/v1/findings/{id}', { params: { path } }))
  t.same([gone.status, gone.code], [410, 'gone'])
  const { client: proxied } = api.watched(() => new Response('<h1>Bad</h1>', { status: 500 }))
  const foreign = await problemOf(proxied.get('/v1'))
  t.same([foreign.status, foreign.problem.type], [500, 'about:blank'])
})

t.test('an answer asked for again costs a 304', async (t) => {
  const { client, statuses } = api.watched()
  const first = await client.get('/v1/areas')
  t.same(await client.get('/v1/areas'), first)
  await client.get('/v1/areas.csv', { parseAs: 'text' })
  await client.get('/v1/areas.csv', { parseAs: 'text' })
  t.same(statuses, [200, 304, 200, 200])
})

t.test('the cache is bounded, and can be left out', async (t) => {
  const { requests } = api.watched()
  for (const [cache, revalidated] of [
    [0, 0],
    [1_000, 0], // no answer fits into a quarter of it
    [100_000, 4],
  ] as const) {
    let validators = 0
    const client = api.client({
      cache,
      fetch: (request) => {
        if (request.headers.has('if-none-match')) validators += 1
        return fetch(request)
      },
    })
    for (const _ of [1, 2, 3]) {
      await client.get('/v1/areas')
      await client.get('/v1/themes')
    }
    t.equal(validators, revalidated, `${cache} characters`)
  }
  t.equal(requests.length, 0)
})

t.test('what passes is tried again, after as long as the service asks', async (t) => {
  const refuse = (status: number, headers = {}) => new Response('{}', { status, headers })
  for (const status of [429, 502, 503, 504]) {
    const { client, statuses } = api.watched((_request, count) => (count < 3 ? refuse(status) : null))
    await client.get('/v1/areas')
    t.same(statuses, [status, status, 200])
  }
  const { client: patient, statuses } = api.watched((_request, count) =>
    count === 1 ? refuse(503, { 'retry-after': '1' }) : null,
  )
  const start = performance.now()
  await patient.get('/v1/areas')
  t.ok(performance.now() - start >= 1_000)
  t.same(statuses, [503, 200])

  const { client: refused, requests } = api.watched(() => refuse(503))
  t.equal((await problemOf(refused.get('/v1/areas'))).status, 503)
  t.equal(requests.length, 3)
  const { client: late, requests: once } = api.watched(() => refuse(429, { 'retry-after': '86400' }))
  const problem = await problemOf(late.get('/v1/areas'))
  t.same([problem.status, problem.retryAfter, once.length], [429, 86_400, 1], 'nobody waits a day')
  for (const status of [400, 404, 410, 500]) {
    const { client, requests } = api.watched(() => refuse(status))
    await problemOf(client.get('/v1/areas'))
    t.equal(requests.length, 1, `${status} is final`)
  }
})

t.test('a network that fails is tried again', async (t) => {
  let count = 0
  const client = api.client({
    fetch: async (request) => {
      count += 1
      if (count < 3) throw new TypeError('fetch failed')
      return fetch(request)
    },
  })
  await client.get('/v1/areas')
  t.equal(count, 3)
  const dead = api.client({ fetch: async () => Promise.reject(new TypeError('fetch failed')) })
  await t.rejects(dead.get('/v1/areas'), { message: 'fetch failed' })
})

t.test('a connection that breaks within an answer is tried again', async (t) => {
  let count = 0
  const client = api.client({
    fetch: async (request) => {
      const response = await fetch(request)
      count += 1
      if (count > 1) return response
      const broken = new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('{"data":'))
          controller.error(new TypeError('terminated'))
        },
      })
      return new Response(broken, { headers: response.headers })
    },
  })
  t.ok((await client.get('/v1/areas')).data.length > 0)
  t.equal(count, 2)
})

t.test('a server that says nothing is not waited for', async (t) => {
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    silent.close()
    silent.closeAllConnections()
  })
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const retry = { attempts: 2, firstPause: 1, timeout: 50 }
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, retry })
  await t.rejects(client.get('/v1/areas'), /No answer within 50 ms/)
})

t.test('header fields of a call go with every page', async (t) => {
  const { client, requests } = api.watched()
  const headers = { Authorization: 'Bearer gateway' }
  await collect(client.rows('/v1/findings', { params: { query: { limit: 30 } }, headers }))
  t.same(
    requests.map((request) => request.headers.get('authorization')),
    requests.map(() => 'Bearer gateway'),
  )
  t.equal(requests.length, 3)
})

t.test('an answer forgotten while it is revalidated is there all the same', async (t) => {
  const size = JSON.stringify(await api.read('/v1/areas')).length
  let client = api.client()
  let isSlow = false
  client = api.client({
    cache: size * 5,
    fetch: async (request) => {
      const response = await fetch(request)
      if (isSlow && request.url.endsWith('/areas')) {
        isSlow = false
        for (const path of ['/v1/themes', '/v1/agencies', '/v1/inspections', '/v1/publications'] as const)
          await client.get(path)
      }
      return response
    },
  })
  const first = await client.get('/v1/areas')
  isSlow = true
  t.same(await client.get('/v1/areas'), first)
})

t.test('a signal ends everything: a request, a pause, a walk', async (t) => {
  const reason = new Error('enough')
  const { client } = api.watched(() => new Response('{}', { status: 503, headers: { 'retry-after': '50' } }))
  const paused = new AbortController()
  const asked = client.get('/v1/areas', { signal: paused.signal })
  setTimeout(() => paused.abort(reason), 20)
  await t.rejects(asked, reason)
  await t.rejects(api.client().get('/v1/areas', { signal: AbortSignal.abort(reason) }), reason)
  const walk = new AbortController()
  const seen: string[] = []
  const walked = async () => {
    const init = { params: { query: { limit: 5 } }, signal: walk.signal }
    for await (const { id } of api.client().rows('/v1/findings', init)) {
      seen.push(id)
      if (seen.length === 7) walk.abort(reason)
    }
  }
  await t.rejects(walked(), reason)
  t.equal(seen.length, 10, 'the page that was there is given')
})
