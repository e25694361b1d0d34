// npm start on a PostgreSQL of one's own: it reads and never writes.
import { sql } from 'kysely'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { start } from '../support/process.ts'

t.test('it serves what DATABASE_URL holds, as the role that can only read', async (t) => {
  const { readerUrl } = await createDatabase(t, 'real')
  const server = await start(t, { DATABASE_URL: readerUrl })
  await server.ready()
  t.match(await (await fetch(`${server.url}/v1`)).text(), '"coverage":{"areas":6')
})

t.test('an owner in DATABASE_URL is only read with, too', async (t) => {
  const { ownerUrl, owner } = await createDatabase(t, 'real')
  const writes = () =>
    owner
      .selectFrom(sql<{ n: number }>`pg_stat_user_tables`.as('stat'))
      .select(sql<number>`sum(n_tup_ins + n_tup_upd + n_tup_del)`.as('n'))
      .executeTakeFirstOrThrow()
  const before = await writes()
  const server = await start(t, { DATABASE_URL: ownerUrl })
  await server.ready()
  t.equal((await fetch(`${server.url}/v1/areas`)).status, 200)
  const { rows } = await sql<{ mode: string }>`SELECT DISTINCT split_part(application_name, '-', 2) AS mode
    FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'jtai-%'`.execute(
    owner,
  )
  t.same(
    rows.map(({ mode }) => mode).sort(),
    ['api', 'owner'],
    'the server is there as the API only; the owner is this test',
  )
  t.same(await writes(), before, 'not one row was written')
})

t.test('a database without schema or release: one line with the command to run', async (t) => {
  const blank = await createDatabase(t, 'blank')
  const without = await start(t, { DATABASE_URL: blank.ownerUrl, LOG_LEVEL: 'error' })
  t.equal(await without.ended, 1)
  t.match(
    without.output(),
    /^The database lacks \d+ migration\(s\)\. Run: npm run db:migrate && npm run db:seed\n$/,
  )

  const empty = await createDatabase(t, 'empty')
  const unseeded = await start(t, { DATABASE_URL: empty.readerUrl, LOG_LEVEL: 'error' })
  t.equal(await unseeded.ended, 1)
  t.match(unseeded.output(), /^The database holds no release of the data set\. Run: npm run db:seed\n$/)
})

t.test('a database that refuses or does not answer: one line that says so', async (t) => {
  const nobody = await start(t, { DATABASE_URL: 'postgres://jtai@127.0.0.1:9/jtai', LOG_LEVEL: 'error' })
  t.equal(await nobody.ended, 1)
  t.match(nobody.output(), /^The database does not answer .+DATABASE_URL.+\n$/)

  const { ownerUrl } = await createDatabase(t, 'blank')
  const missing = await start(t, {
    DATABASE_URL: ownerUrl.replace(/test_\w+/, 'no_such_database'),
    LOG_LEVEL: 'error',
  })
  t.equal(await missing.ended, 1)
  t.match(
    missing.output(),
    /^The PostgreSQL of DATABASE_URL has no database of that name: check DATABASE_URL\.\n$/,
  )
})
