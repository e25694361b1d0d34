// The ops listener: ready once a release has been seen and until the stop; trouble with the database is told, not hidden.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { openCatalogue } from '../../src/db/catalogue.ts'
import { queryOnce } from '../../src/db/dialect.ts'
import { buildHealth } from '../../src/http/health.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { createDatabase, type Template } from '../support/cluster.ts'

async function openHealth(template: Template, isStopping = () => false) {
  const database = await createDatabase(t, template)
  const catalogue = await openCatalogue(database.reader)
  const health = buildHealth({ catalogue, metrics: openMetrics(), isStopping })
  t.teardown(async () => {
    catalogue.stop()
    await health.close()
  })
  return { database, ask: (url: string) => health.inject({ url }) }
}

t.test('without a release it lives but is not ready', async (t) => {
  const { ask } = await openHealth('empty')
  t.equal((await ask('/livez')).statusCode, 200)
  const ready = await ask('/readyz')
  t.equal(ready.statusCode, 503)
  t.match(ready.json(), { status: 'waiting for a release', release: null })
})

t.test('with a release it is ready, until it begins to stop', async (t) => {
  let stopping = false
  const { ask } = await openHealth('fixture', () => stopping)
  const ready = await ask('/readyz')
  t.equal(ready.statusCode, 200)
  t.match(ready.json(), { status: 'ready', release: '1.1.0', database: { status: 'ok' } })
  stopping = true
  t.equal((await ask('/readyz')).statusCode, 503)
  t.equal((await ask('/livez')).statusCode, 200, 'a stop is no reason to be killed')
})

t.test('a database out of reach shows in the body, and its return too', async (t) => {
  const { database, ask } = await openHealth('fixture')
  const name = new URL(database.ownerUrl).pathname.slice(1)
  const admin = database.ownerUrl.replace(name, 'postgres')
  const until = async (status: string) => {
    for (let tries = 0; tries < 100; tries++) {
      const answer = await ask('/readyz')
      t.equal(answer.statusCode, 200)
      if (answer.json().database.status === status) return true
      await sleep(100)
    }
    return false
  }
  await sql`SELECT 1`.execute(database.owner)
  await queryOnce(admin, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
  await queryOnce(admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  t.ok(await until('degraded'), 'it is told, and the instance stays ready')
  await queryOnce(admin, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
  t.ok(await until('ok'))
})
