// Validators and cache headers: an unchanged answer costs nothing, and no cache keeps what it should not.
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { openReader } from '../../src/db/client.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { openApp, publicUrl, testConfig } from '../support/app.ts'

const api = await openApp(t, 'fixture')
const etagOf = async (path: string) => String((await api.get(path)).headers.etag)

const paths = [
  '/v1',
  '/v1/areas',
  '/v1/areas/northmoor',
  '/v1/findings?area=northmoor&limit=2',
  '/v1/findings/northmoor-2016-001',
  '/v1/releases',
  '/v1/releases/1.0.0',
  '/v1/releases/1.0.0/findings',
  '/problems/gone',
  '/openapi.json',
  '/openapi.yaml',
  '/',
]

for (const path of paths) {
  t.test(`${path} is unchanged for whoever has it`, async (t) => {
    const first = await api.get(path)
    const etag = String(first.headers.etag)
    t.match(etag, /^W\/"[\w-]{22}"$/)
    t.equal(await etagOf(path), etag)
    for (const header of [etag, etag.replace('W/', ''), `"other", ${etag}`, `W/"other",${etag}`]) {
      const again = await api.get(path, { 'if-none-match': header })
      t.equal(again.statusCode, 304, header)
      t.equal(again.body, '')
      t.equal(again.headers.etag, etag)
      t.equal(again.headers['cache-control'], first.headers['cache-control'])
    }
    t.equal(
      (await api.app.inject({ method: 'HEAD', url: path, headers: { 'if-none-match': etag } })).statusCode,
      304,
    )
  })
}

t.test('another validator, a star or a date gets the whole answer', async (t) => {
  for (const headers of [
    { 'if-none-match': 'W/"other"' },
    { 'if-none-match': '*' },
    { 'if-none-match': '' },
  ]) {
    t.equal((await api.get('/v1/areas', headers)).statusCode, 200)
  }
  const date = new Date('2099-01-01').toUTCString()
  t.equal((await api.get('/v1/areas', { 'if-modified-since': date })).statusCode, 200)
})

t.test('an unchanged answer costs no work of the database', async (t) => {
  const db = openReader('postgres://nobody@localhost/nothing?host=/nowhere')
  t.teardown(() => db.destroy())
  const app = await buildApp({
    config: testConfig,
    db,
    catalogue: api.catalogue,
    metrics: openMetrics(),
  })
  t.teardown(() => app.close())
  for (const path of paths.filter((path) => path.startsWith('/v1'))) {
    const headers = { 'if-none-match': await etagOf(path) }
    t.equal((await app.inject({ url: path, headers })).statusCode, 304, path)
    // What is counted of a release is in memory; its texts are not.
    const status = path.includes('findings') ? 503 : 200
    t.equal((await app.inject({ url: path })).statusCode, status, `${path} itself`)
  }
})

t.test('one spelling of a query has one validator', async (t) => {
  const etag = await etagOf('/v1/findings?area=northmoor,eastvale&kind=strength')
  t.equal(
    await etagOf('/v1/findings?kind=strength&area=eastvale&area=northmoor&limit=100&sort=-published_on'),
    etag,
  )
})

t.test(
  'the validator is another for another query, path, release, media type or base of links',
  async (t) => {
    const other = await openApp(t, 'fixture', { publicUrl: 'https://other.test' })
    const etags = [
      await etagOf('/v1/findings'),
      await etagOf('/v1/findings?limit=99'),
      await etagOf('/v1/findings?kind=strength'),
      await etagOf('/v1/findings?fields=id'),
      await etagOf('/v1/areas'),
      await etagOf('/v1/releases/1.0.0/findings'),
      await etagOf('/v1/releases/1.1.0/findings'),
      await etagOf('/openapi.json'),
      await etagOf('/openapi.yaml'),
      String((await other.get('/v1/findings')).headers.etag),
      String((await other.get('/openapi.json')).headers.etag),
    ]
    t.equal(new Set(etags).size, etags.length, etags.join(' '))
  },
)

t.test('two instances give the same validator', async (t) => {
  const twin = await openApp(t, 'fixture')
  t.equal((await twin.get('/v1/findings')).headers.etag, await etagOf('/v1/findings'))
})

t.test('what is pinned is kept for a day, what is current for five minutes', async (t) => {
  const current = 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400'
  for (const [path, expected] of [
    ['/v1/findings', current],
    ['/v1', current],
    ['/v1/releases', current],
    ['/v1/releases/1.0.0/findings', 'public, max-age=86400'],
    ['/v1/releases/1.0.0/areas/northmoor', 'public, max-age=86400'],
  ] as const) {
    t.equal((await api.get(path)).headers['cache-control'], expected, path)
  }
})

t.test('no error is kept', async (t) => {
  for (const path of [
    '/v1/nothing',
    '/v1/findings?x=1',
    '/v1/areas/nowhere',
    '/v1/releases/9.9.9',
    '/problems/none',
  ]) {
    const { statusCode, headers } = await api.get(path)
    t.ok(statusCode >= 400, path)
    t.equal(headers['cache-control'], 'no-store', path)
    t.notOk(headers.etag, path)
  }
})

t.test('an answer names its release and when that was made', async (t) => {
  const { headers } = await api.get('/v1/releases/1.0.0/areas')
  t.equal(headers['dataset-release'], '1.0.0')
  t.equal(headers['last-modified'], 'Sat, 29 Feb 2020 23:59:59 GMT')
  t.equal((await api.get('/v1/areas')).headers['dataset-release'], '1.1.0')
})

t.test('an answer links to its permalink, its licence, the contract and the reference', async (t) => {
  const { headers } = await api.get('/v1/areas/northmoor')
  for (const link of [
    `<${publicUrl}/v1/releases/1.1.0/areas/northmoor>; rel="canonical"`,
    '<https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/>; rel="license"',
    `<${publicUrl}/openapi.json>; rel="service-desc"`,
    `<${publicUrl}/docs>; rel="describedby"`,
  ]) {
    t.match(headers.link, link)
  }
})

t.test('a 304 changes no header field a cache holds: it carries no Link', async (t) => {
  const fresh = await api.get('/v1/findings?limit=1')
  t.match(fresh.headers.link, 'rel="next"')
  const again = await api.get('/v1/findings?limit=1', { 'if-none-match': String(fresh.headers.etag) })
  t.equal(again.statusCode, 304)
  t.equal(again.headers.link, undefined)
  for (const name of ['etag', 'cache-control', 'last-modified', 'dataset-release', 'vary']) {
    t.equal(again.headers[name], fresh.headers[name], name)
  }
})

t.test('what tells the current state names itself and is not kept for a day', async (t) => {
  for (const path of ['/v1', '/v1/releases']) {
    const response = await api.get(path)
    t.equal(response.json().meta.permalink, `${publicUrl}${path}`)
    t.match(response.headers['cache-control'], 'max-age=300')
  }
  t.match((await api.get('/v1/releases/1.0.0/areas')).headers['cache-control'], 'max-age=86400')
})
