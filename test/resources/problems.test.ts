// Errors as problems: each explains itself, says when to come again, and tells nothing of the inside.
import { sql } from 'kysely'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { openReader } from '../../src/db/client.ts'
import { problemTypes } from '../../src/errors.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { type Item, openApp, type Problem, publicUrl, testConfig } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'

const api = await openApp(t, 'fixture')

const killWaiting = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'jtai-api' AND wait_event_type = 'Lock'`

t.test('an address that is too long or malformed is refused', async (t) => {
  for (const path of [
    `/v1/findings/${'x'.repeat(501)}`,
    `/v1/releases/${'1'.repeat(501)}/areas`,
    `/problems/${'x'.repeat(2_000)}`,
  ]) {
    t.match(await api.refuse(path), { status: 414, type: `${publicUrl}/problems/uri-too-long` }, path)
  }
  for (const path of ['/v1/findings/%', '/v1/findings/%zz', '/v1/%ff/x', '/v1/areas/%c3%28']) {
    t.match(await api.refuse(path), { status: 400, type: `${publicUrl}/problems/bad-request` }, path)
  }
})

t.test('each answer has an identifier of its own, which a problem repeats', async (t) => {
  const one = await api.get('/nothing', { 'request-id': 'mine', 'x-request-id': 'mine' })
  const other = await api.get('/nothing')
  t.match(one.headers['request-id'], /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  t.not(one.headers['request-id'], other.headers['request-id'])
  t.equal(one.json<Problem>().request_id, one.headers['request-id'])
})

t.test('a problem repeats the path asked for, without its query', async (t) => {
  t.equal((await api.refuse('/v1/findings?secret=1')).instance, '/v1/findings')
  t.equal((await api.refuse('/nothing?x')).instance, '/nothing')
})

t.test(
  'a database out of reach is a 503 that says when to come again and nothing of the inside',
  async (t) => {
    const db = openReader('postgres://secret-user:secret-password@localhost/secret-database?host=/nowhere')
    t.teardown(() => db.destroy())
    const app = await buildApp({
      config: testConfig,
      db,
      catalogue: api.catalogue,
      metrics: openMetrics(),
    })
    t.teardown(() => app.close())
    for (const url of [
      ...['/v1/findings', '/v1/findings?q=ferry', '/v1/findings.csv', '/v1/findings.xlsx'],
      ...['/v1/findings/northmoor-2016-001', '/v1/changes', '/v1/releases/1.1.0/diff'],
    ]) {
      const { statusCode, headers, body } = await app.inject({ url })
      t.equal(statusCode, 503, url)
      t.match(headers['retry-after'], /^[1-9]\d*$/)
      t.equal(headers['cache-control'], 'no-store')
      t.match(JSON.parse(body), { type: `${publicUrl}/problems/service-unavailable`, errors: [] })
      t.notMatch(body, /secret|nowhere|ENOENT|ECONNREFUSED|socket|\.ts/, url)
    }
  },
)

t.test('a connection lost at work is a 503, and the service goes on', async (t) => {
  const { owner } = api.database
  await owner.transaction().execute(async (holder) => {
    await sql`LOCK TABLE finding`.execute(holder)
    const lost = api.get('/v1/findings/northmoor-2016-001') // asks one query, which now waits
    let killed = 0
    while (killed === 0) killed = (await killWaiting.execute(owner)).rows.length
    const { statusCode, headers, body } = await lost
    t.equal(statusCode, 503)
    t.match(headers['retry-after'], /^[1-9]\d*$/)
    t.notMatch(body, /terminat|administrator|57P01/i)
  })
  await api.get('/v1/findings/northmoor-2016-001') // may yet get the lost connection from the pool, once
  t.equal((await api.get('/v1/findings/northmoor-2016-001')).statusCode, 200)
})

t.test('a question that takes too long is ended, and told so', async (t) => {
  await api.database.owner.transaction().execute(async (holder) => {
    await sql`LOCK TABLE finding`.execute(holder)
    const { statusCode, headers, body } = await api.get('/v1/findings/northmoor-2016-002')
    t.equal(statusCode, 503)
    t.match(headers['retry-after'], /^[1-9]\d*$/)
    t.match(JSON.parse(body), { detail: /too long/ })
    t.notMatch(body, /statement|57014|cancel/i)
  })
})

t.test('a failure of ours tells the client nothing but an identifier', async (t) => {
  const { reader } = await createDatabase(t, 'blank') // no table is there: every query is an error nobody expects
  const app = await buildApp({
    config: testConfig,
    db: reader,
    catalogue: api.catalogue,
    metrics: openMetrics(),
  })
  t.teardown(() => app.close())
  const { statusCode, headers, body } = await app.inject({ url: '/v1/changes' })
  t.equal(statusCode, 500)
  t.equal(headers['cache-control'], 'no-store')
  t.match(JSON.parse(body), {
    type: `${publicUrl}/problems/internal-error`,
    request_id: headers['request-id'],
  })
  t.notMatch(body, /relation|finding|42P01|stack|\.ts/i)
})

t.test('every problem type has a page that explains it', async (t) => {
  for (const [code, { status, title }] of Object.entries(problemTypes)) {
    const { data } = await api.read<Item<Problem>>(`/problems/${code}`)
    t.match(data, { type: `${publicUrl}/problems/${code}`, status, title })
  }
  t.match(await api.refuse('/problems/not-foun'), {
    status: 404,
    errors: [{ parameter: 'type', did_you_mean: 'not-found' }],
  })
  t.equal((await api.get('/problems/toString')).statusCode, 404)
})
