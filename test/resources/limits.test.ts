// What one client may take: counted by address, told in header fields, and never at the cost of another client.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Problem } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { growRelease } from '../support/large-release.ts'
import { drain, serve } from '../support/serve.ts'

const database = await createDatabase(t, 'fixture')
const limit = 30
const limited = await serve(t, database, 8, { rateLimit: limit, cacheMegabytes: 64 })
const behind = await serve(t, database, 8, { rateLimit: 3, cacheMegabytes: 64, trustProxy: 1 })
const unlimited = await serve(t, database, 8, { rateLimit: 0 })
const grown = await createDatabase(t, 'fixture')
await growRelease(grown.owner, 20_000)
const exporting = await serve(t, grown, 4, { rateLimit: 100 })

let clients = 0
/** A client nobody has been yet. */
function newClient(): string {
  clients += 1
  return `127.0.1.${clients}`
}

async function ask(
  served: typeof limited,
  path: string,
  client: string,
  { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
) {
  const response = await served.open(path, headers, method, client)
  const { body } = await drain(response)
  const { statusCode = 0, headers: fields } = response
  return { status: statusCode, fields, body: body.toString() }
}

/** The remaining number that an answer tells, asked for by a mistake, which costs one as any new answer does. */
async function left(client: string): Promise<number> {
  const { fields } = await ask(limited, '/v1/areas?colour=red', client)
  return Number(/;r=(\d+);/.exec(String(fields.ratelimit))?.[1])
}

async function exhaust(client: string): Promise<void> {
  for (let asked = 0; asked < limit; asked += 1) await ask(limited, `/v1/nothing-${asked}`, client)
}

t.test('a new answer costs one, a kept one, a 304, HEAD and OPTIONS nothing', async (t) => {
  const client = newClient()
  t.equal(await left(client), limit - 1)
  const first = await ask(limited, '/v1/findings?limit=7', client)
  t.equal(first.fields['cache-status'], 'jtai; fwd=miss')
  t.equal(await left(client), limit - 3)
  for (const accept of ['*/*', 'application/json', 'application/*']) {
    const again = await ask(limited, '/v1/findings?limit=7', client, { headers: { accept } })
    t.equal(
      again.fields['cache-status'],
      'jtai; hit',
      'ahead of Fastify, and through it where Accept is another',
    )
    const unchanged = await ask(limited, '/v1/findings?limit=7', client, {
      headers: { accept, 'if-none-match': String(first.fields.etag) },
    })
    t.equal(unchanged.status, 304)
  }
  for (const method of ['HEAD', 'OPTIONS'])
    t.ok((await ask(limited, '/v1/findings?limit=8', client, { method })).status < 300)
  t.equal(await left(client), limit - 4)
})

t.test('an export costs twenty', async (t) => {
  const client = newClient()
  t.equal((await ask(limited, '/v1/findings.csv', client)).status, 200)
  t.equal(await left(client), limit - 21)
  const { status, fields } = await ask(limited, '/v1/findings.csv', client)
  t.equal(status, 429)
  t.equal(fields['content-disposition'], undefined)
})

t.test('who has used up their share gets a 429 that says all there is to know', async (t) => {
  const client = newClient()
  await exhaust(client)
  const { status, fields, body } = await ask(limited, '/v1/findings?limit=9', client)
  t.equal(status, 429)
  const problem: Problem = JSON.parse(body)
  t.match(problem, { type: /\/problems\/too-many-requests$/, status: 429, errors: [] })
  t.equal(fields['content-type'], 'application/problem+json; charset=utf-8')
  t.equal(fields['ratelimit-policy'], `"default";q=${limit};w=60`)
  t.match(fields.ratelimit, /^"default";r=0;t=\d+$/)
  t.equal(fields['retry-after'], /t=(\d+)$/.exec(String(fields.ratelimit))?.[1])
  t.ok(Number(fields['retry-after']) > 0 && Number(fields['retry-after']) <= 60)
  t.equal(fields['cache-control'], 'no-store')
  t.equal(fields['access-control-allow-origin'], '*')
  t.match(fields['access-control-expose-headers'], /RateLimit, RateLimit-Policy/)
})

t.test('the limit stands before mistakes, pages and what is not there', async (t) => {
  const client = newClient()
  await exhaust(client)
  for (const path of [
    '/v1/areas?colour=red',
    '/v1/nothing',
    '/nothing',
    '/findings?kind=x',
    '/findings?q=nobody',
  ])
    t.equal((await ask(limited, path, client, { headers: { accept: 'text/html, */*' } })).status, 429, path)
  t.equal((await ask(limited, '/v1/areas', client, { method: 'POST' })).status, 429)
})

t.test('what is kept, revalidation and HEAD are answered also then, and other clients always', async (t) => {
  const client = newClient()
  const kept = '/v1/findings?limit=11'
  const { fields } = await ask(limited, kept, newClient())
  await exhaust(client)
  t.equal((await ask(limited, kept, client)).fields['cache-status'], 'jtai; hit')
  const headers = { 'if-none-match': String(fields.etag), accept: 'application/json' }
  t.equal((await ask(limited, kept, client, { headers })).status, 304)
  t.equal((await ask(limited, kept, client, { headers: { accept: 'application/*' } })).status, 200)
  t.equal((await ask(limited, '/v1/findings?limit=12', client, { method: 'HEAD' })).status, 200)
  t.equal((await ask(limited, '/v1/findings?limit=12', newClient())).status, 200)
})

t.test('a client within the limit is not refused where it asks the same as one beyond it', async (t) => {
  const [spent, fresh] = [newClient(), newClient()]
  await exhaust(spent)
  for (let round = 0; round < 5; round += 1) {
    const path = `/v1/findings?q=child&limit=${20 + round}`
    const [refused, given] = await Promise.all([ask(limited, path, spent), ask(limited, path, fresh)])
    t.equal(given.status, 200)
    t.ok([200, 429].includes(refused.status))
  }
})

t.test('answers a cache may keep say nothing of one client', async (t) => {
  for (const path of [
    '/v1',
    '/v1/findings?limit=13',
    '/v1/findings.csv',
    '/',
    '/openapi.json',
    '/v1/findings/northmoor-2016-003',
  ]) {
    const { fields } = await ask(limited, path, newClient())
    t.notOk(fields.ratelimit, path)
    t.notOk(fields['ratelimit-policy'], path)
  }
})

t.test('a client is an IPv4 address or an IPv6 /64, as the trusted proxy says', async (t) => {
  const from = (address: string) =>
    ask(behind, '/v1/areas?colour=red', '127.0.0.1', { headers: { 'x-forwarded-for': address } })
  const exhaustFrom = async (address: string) => {
    for (let asked = 0; asked < 3; asked += 1) t.equal((await from(address)).status, 400, address)
  }
  await exhaustFrom('192.0.2.1')
  t.equal((await from('192.0.2.1')).status, 429)
  t.equal((await from('::ffff:192.0.2.1')).status, 429, 'the same address as IPv6')
  t.equal((await from('10.0.0.1, 192.0.2.1')).status, 429, 'what the client says of itself is not believed')
  t.equal((await from('192.0.2.2')).status, 400)
  await exhaustFrom('2001:db8:1:1::1')
  t.equal((await from('2001:db8:1:1:ffff::2')).status, 429, 'the same /64')
  t.equal((await from('2001:db8:1:2::1')).status, 400, 'the next one')
})

t.test('without a proxy nobody can say to be another', async (t) => {
  const client = newClient()
  await exhaust(client)
  const headers = { 'x-forwarded-for': '192.0.2.9', forwarded: 'for=192.0.2.9' }
  t.equal((await ask(limited, '/v1/areas?colour=red', client, { headers })).status, 429)
})

t.test('RATE_LIMIT=0 is no limit, and says none', async (t) => {
  for (let asked = 0; asked < 50; asked += 1) {
    const { status, fields } = await ask(unlimited, `/v1/nothing-${asked}`, '127.0.0.1')
    if (status !== 404 || fields.ratelimit !== undefined) t.fail(`${status}`)
  }
  t.equal((await ask(unlimited, '/v1', '127.0.0.1')).status, 200)
})

t.test('half of the exports at once are one client’s, the others stay for others', async (t) => {
  const [greedy, other, third] = [newClient(), newClient(), newClient()]
  const open = (client: string) => exporting.open('/v1/findings.ndjson', {}, 'GET', client)
  const held = [await open(greedy), await open(greedy)]
  const refused = await ask(exporting, '/v1/findings.ndjson', greedy)
  t.equal(refused.status, 429)
  t.match(refused.body, 'exports are being sent to you already')
  t.equal(refused.fields['retry-after'], '5')
  held.push(await open(other), await open(other))
  t.same(
    held.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
  )
  const full = await ask(exporting, '/v1/findings.ndjson', third)
  t.equal(full.status, 503)
  t.match(await exporting.metrics.read(), 'jtai_exports_in_flight 4')
  for (const response of held) response.destroy()
  for (let tries = 0; tries < 50; tries += 1) {
    if ((await exporting.metrics.read()).includes('jtai_exports_in_flight 0')) break
    await sleep(100)
  }
  const { body, complete } = await drain(await open(third))
  t.ok(complete)
  t.equal(body.toString().split('\n').length, 20_001)
})

t.test('refusals are counted by reason', async (t) => {
  t.match(await limited.metrics.read(), /jtai_refused_total\{reason="rate"\} [1-9]/)
  t.match(await exporting.metrics.read(), /jtai_refused_total\{reason="export"\} 2/)
})
