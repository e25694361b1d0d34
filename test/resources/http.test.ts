// HTTP as every address speaks it: methods, media types, origins, compression.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { type Item, openApp, publicUrl } from '../support/app.ts'

const api = await openApp(t, 'fixture')
const addresses = [
  '/v1',
  '/v1/findings',
  '/v1/areas/northmoor',
  '/v1/releases',
  '/openapi.yaml',
  '/problems/gone',
  '/',
]
const exposed = [
  'ETag',
  'Link',
  'Last-Modified',
  'Content-Disposition',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Dataset-Release',
  'Request-Id',
  'Deprecation',
  'Sunset',
  'Repr-Digest',
  'Accept-Ranges',
  'Content-Range',
  'Cache-Status',
  'Server-Timing',
]

t.test('HEAD is GET without the body', async (t) => {
  for (const url of addresses) {
    await api.get(url) // from here on it is answered from memory
    const get = await api.app.inject({ method: 'GET', url })
    const head = await api.app.inject({ method: 'HEAD', url })
    t.equal(head.statusCode, 200, url)
    t.equal(head.body, '')
    const { 'request-id': _one, date: _then, 'server-timing': _long, ...expected } = get.headers
    const { 'request-id': _other, date: _now, 'server-timing': _short, ...found } = head.headers
    t.same(found, expected, url)
  }
  t.equal((await api.app.inject({ method: 'HEAD', url: '/v1/nothing' })).statusCode, 404)
})

t.test('OPTIONS says what is possible', async (t) => {
  for (const url of addresses) {
    const { statusCode, headers, body } = await api.app.inject({ method: 'OPTIONS', url })
    t.equal(statusCode, 204, url)
    t.equal(headers.allow, 'GET, HEAD, OPTIONS', url)
    t.equal(body, '')
  }
})

t.test('every other method is refused, with what is possible', async (t) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    for (const url of [...addresses, '/v1/nothing']) {
      const { statusCode, headers, body } = await api.app.inject({ method, url, payload: '{' })
      t.equal(statusCode, 405, `${method} ${url}`)
      t.equal(headers.allow, 'GET, HEAD, OPTIONS')
      t.equal(headers['access-control-allow-origin'], '*')
      t.match(JSON.parse(body), { type: `${publicUrl}/problems/method-not-allowed`, status: 405 })
    }
  }
})

t.test('any web page may read every answer and its headers, errors and 304 too', async (t) => {
  const etag = String((await api.get('/v1/areas')).headers.etag)
  const origin = { origin: 'https://dashboard.example' }
  const responses = {
    200: await api.get('/v1/areas', origin),
    304: await api.get('/v1/areas', { ...origin, 'if-none-match': etag }),
    307: await api.get('/v1/releases/latest', origin),
    400: await api.get('/v1/areas?x=1', origin),
    404: await api.get('/nothing', origin),
    405: await api.app.inject({ method: 'POST', url: '/v1/areas', headers: origin }),
    406: await api.get('/v1/areas', { ...origin, accept: 'text/csv' }),
    410: await api.get('/v1/findings/eastvale-2016-004', origin),
    414: await api.get(`/v1/areas/${'x'.repeat(501)}`, origin),
  }
  for (const [status, { statusCode, headers }] of Object.entries(responses)) {
    t.equal(statusCode, Number(status))
    t.equal(headers['access-control-allow-origin'], '*', status)
    t.same(String(headers['access-control-expose-headers']).split(', '), exposed, status)
    t.equal(headers['cross-origin-resource-policy'], 'cross-origin', status)
    t.match(headers['request-id'], /^[0-9a-f-]{36}$/, status)
    t.notOk(headers['access-control-allow-credentials'], status)
  }
})

t.test('a browser is told to run and frame nothing, and to insist on TLS where there is TLS', async (t) => {
  const secure = await openApp(t, 'fixture', { publicUrl: 'https://api.test' })
  for (const [served, isSecure] of [
    [api, false],
    [secure, true],
  ] as const) {
    const policies = []
    for (const url of [
      '/v1/areas',
      '/v1/findings.csv',
      '/v1/nothing',
      '/',
      '/findings',
      '/docs/',
      '/openapi.json',
      '/v1/areas',
    ]) {
      const { headers } = await served.get(url)
      const policy = String(headers['content-security-policy'])
      policies.push(policy)
      t.match(policy, /^default-src 'none'/, url)
      t.match(policy, /frame-ancestors 'none'/, url)
      t.equal(policy.includes('upgrade-insecure-requests'), isSecure, url)
      t.notMatch(policy, /unsafe|\*/, url)
      t.equal(headers['strict-transport-security'], isSecure ? 'max-age=31536000' : undefined, url)
      t.equal(headers['x-content-type-options'], 'nosniff', url)
      t.equal(headers['cross-origin-resource-policy'], 'cross-origin', url)
      t.ok(headers['referrer-policy'], url)
      t.equal(headers['x-powered-by'], undefined, url)
    }
    t.equal(new Set(policies).size, 3, 'data, pages and the reference have each their own')
  }
})

t.test('a preflight is answered, for a day', async (t) => {
  const headers = {
    origin: 'https://dashboard.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'if-none-match,\xe9',
  }
  const response = await api.app.inject({ method: 'OPTIONS', url: '/v1/findings', headers })
  t.equal(response.statusCode, 204)
  t.equal(response.headers['access-control-allow-origin'], '*')
  t.match(response.headers['access-control-allow-methods'], 'GET')
  t.equal(response.headers['access-control-allow-headers'], '*, Authorization')
  t.equal(response.headers['access-control-max-age'], '86400')
})

t.test('a long answer is compressed as asked, a short one is not', async (t) => {
  const plain = await api.get('/v1/findings')
  t.notOk(plain.headers['content-encoding'])
  const gzip = await api.get('/v1/findings', { 'accept-encoding': 'gzip' })
  t.equal(gzip.headers['content-encoding'], 'gzip')
  t.equal(gunzipSync(gzip.rawPayload).toString(), plain.body)
  const brotli = await api.get('/v1/findings', { 'accept-encoding': 'gzip, deflate, br' })
  t.equal(brotli.headers['content-encoding'], 'br')
  t.equal(brotliDecompressSync(brotli.rawPayload).toString(), plain.body)
  t.equal(brotli.headers.etag, plain.headers.etag)
  const problem = await api.get('/v1/findings?agency=x&publication=x&inspection=x', {
    'accept-encoding': 'gzip',
  })
  t.equal(problem.headers['content-encoding'], 'gzip')
  t.match(gunzipSync(problem.rawPayload).toString(), '"night-nursing"')
  const short = await api.get('/problems/gone', { 'accept-encoding': 'br, gzip' })
  t.ok(short.rawPayload.length < 1_024)
  t.notOk(short.headers['content-encoding'])
  for (const { headers } of [plain, gzip, brotli, short]) t.match(headers.vary, /accept-encoding/i)
})

t.test('every answer says what it is', async (t) => {
  for (const [path, type] of [
    ['/v1', 'application/json; charset=utf-8'],
    ['/openapi.json', 'application/json; charset=utf-8'],
    ['/openapi.yaml', 'application/yaml; charset=utf-8'],
    ['/', 'text/html; charset=utf-8'],
    ['/nothing', 'application/problem+json; charset=utf-8'],
  ] as const) {
    const { headers } = await api.get(path)
    t.equal(headers['content-type'], type, path)
    t.equal(headers['x-content-type-options'], 'nosniff', path)
  }
})

t.test('what is not there is a 404, whatever is accepted', async (t) => {
  t.equal((await api.get('/v1/nothing', { accept: 'text/html' })).statusCode, 404)
})

t.test('an Accept that leaves out what an address serves is a 406', async (t) => {
  for (const accept of ['text/csv', 'text/html', 'application/xml, text/*', 'application/json;q=0']) {
    const { statusCode, body } = await api.get('/v1/findings', { accept })
    t.equal(statusCode, 406, accept)
    t.match(JSON.parse(body), { type: `${publicUrl}/problems/not-acceptable`, detail: /application\/json/ })
  }
  t.match(await api.refuse('/openapi.json', { accept: 'application/yaml' }), {
    status: 406,
    detail: /\/openapi\.yaml/,
  })
  t.equal((await api.get('/', { accept: 'application/json' })).statusCode, 406)
  for (const accept of ['*/*', 'application/*', 'application/json', 'text/csv;q=0.9, */*;q=0.1', '']) {
    t.equal((await api.get('/v1/findings', { accept })).statusCode, 200, accept)
  }
})

t.test('an address has one spelling, however it is percent-encoded', async (t) => {
  for (const [spelling, plain] of [
    ['/%761/areas', '/v1/areas'],
    ['/v1/%61reas/north%6Door', '/v1/areas/northmoor'],
    ['/v1/releases/1%2E0%2e0/areas', '/v1/releases/1.0.0/areas'],
  ] as const) {
    const [one, other] = [await api.get(spelling), await api.get(plain)]
    t.equal(one.body, other.body, spelling)
    t.equal(one.headers.etag, other.headers.etag, spelling)
  }
  t.equal(
    (await api.get('/v1/releases/lates%74/areas')).headers.location,
    `${publicUrl}/v1/releases/1.1.0/areas`,
  )
  t.same(
    (await api.read<Item<{ id: string }>>('/v1/findings?%6Cimit=1&kind=context')).meta.query,
    'kind=context&limit=1',
  )
})

t.test('what a client says of hosts is in no answer', async (t) => {
  const headers = {
    host: 'evil.example',
    forwarded: 'host=evil.example;proto=https',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'gopher',
    'x-forwarded-for': '203.0.113.9',
    referer: 'https://evil.example/',
  }
  for (const path of [...addresses, '/nothing', '/v1/releases/latest', '/docs', '/v1/findings?limit=1']) {
    const response = await api.get(path, headers)
    const text = response.body + JSON.stringify(response.headers)
    t.notMatch(text, /evil|gopher|203\.0\.113/, path)
  }
})

t.test('every wrong value of a closed set is named', async (t) => {
  const problem = await api.refuse('/v1/findings?kind=strenght,nonsense')
  t.match(problem.errors, [
    { parameter: 'kind', did_you_mean: 'strength' },
    { parameter: 'kind', did_you_mean: null },
  ])
})

t.test('an empty value is answered with what is allowed', async (t) => {
  t.match((await api.refuse('/v1/findings?limit=')).errors, [{ allowed: ['an integer from 1 to 500'] }])
  t.match((await api.refuse('/v1/findings?kind=')).errors, [
    { allowed: ['strength', 'area_for_improvement', 'context'] },
  ])
})

t.test('there is one contract: the reference brings no copy of it', async (t) => {
  for (const path of ['/docs/json', '/docs/yaml']) t.equal((await api.refuse(path)).status, 404)
})

t.test('a page takes no offence at what is appended to its link', async (t) => {
  t.equal((await api.get('/about?utm_source=a')).statusCode, 200)
  for (const path of ['/?utm_source=a', '/?what=ever', '/?show=']) {
    const { statusCode, headers } = await api.get(path)
    t.equal(statusCode, 303, path)
    t.equal(headers.location, '/', path)
  }
})
