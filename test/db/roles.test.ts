// The role the API serves as can read, and nothing else: the role itself sees to it, not the code that uses it.
import { type RawBuilder, sql } from 'kysely'
import t from 'tap'
import { openReader } from '../../src/db/client.ts'
import { queryOnce } from '../../src/db/dialect.ts'
import { listTables } from '../support/catalogue.ts'
import { createDatabase } from '../support/cluster.ts'

const denied = { code: '42501' }

t.test('jtai_reader', async (t) => {
  const { owner, readerUrl } = await createDatabase(t, 'fixture')
  const tables = await listTables(owner)
  // A session of its own, so that only the role's own rights stand in the way, not our read-only setting.
  const ask = (statement: string) => queryOnce(readerUrl, statement)

  t.test('is who asks, in a session that might write', async (t) => {
    t.same(
      await ask(`SELECT current_user::text AS name, current_setting('default_transaction_read_only') AS ro`),
      [{ name: 'jtai_reader', ro: 'off' }],
    )
  })

  t.test('reads every table', async (t) => {
    t.ok(tables.length >= 15)
    for (const { name } of tables) t.ok((await ask(`SELECT 1 FROM ${name} LIMIT 1`)).length === 1, name)
    await t.resolves(ask('SELECT name FROM kysely_migration'), 'also which migrations it has')
  })

  t.test('changes no table', async (t) => {
    for (const { name } of tables) {
      for (const statement of [
        `INSERT INTO ${name} SELECT * FROM ${name}`,
        `UPDATE ${name} SET release_id = 1`.replace('release SET release_id', 'release SET id'),
        `DELETE FROM ${name}`,
        `TRUNCATE ${name}`,
        `DROP TABLE ${name}`,
        `ALTER TABLE ${name} ADD extra text`,
        `BEGIN; LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`,
      ]) {
        await t.rejects(ask(statement), denied, statement)
      }
    }
  })

  t.test('makes nothing and runs nothing', async (t) => {
    for (const statement of [
      'CREATE TABLE mine (id integer)',
      'CREATE VIEW mine AS SELECT 1',
      `CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
      'CREATE SCHEMA mine',
      'CREATE ROLE mine',
      'CREATE DATABASE mine',
      'CREATE EXTENSION hstore',
      'SET ROLE postgres',
      `COPY release TO PROGRAM 'cat'`,
      `COPY release TO '/tmp/release'`,
      `SELECT pg_read_file('postgresql.conf')`,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'`,
      'ALTER SYSTEM SET work_mem = 64',
      'CHECKPOINT',
    ]) {
      await t.rejects(ask(statement), denied, statement)
    }
  })

  t.test('reads a table that a later migration makes, and cannot write it', async (t) => {
    await sql`CREATE TABLE later (id integer)`.execute(owner)
    t.same(await ask('SELECT id FROM later'), [])
    await t.rejects(ask('INSERT INTO later VALUES (1)'), denied)
  })
})

t.test('the sessions the API opens', async (t) => {
  const { reader, readerUrl, owner } = await createDatabase(t, 'fixture')
  const call = async (expression: RawBuilder<string>, db = reader) => {
    const { value } = await db.selectNoFrom(expression.as('value')).executeTakeFirstOrThrow()
    return value
  }
  const show = (name: string) => call(sql`current_setting(${name})`)

  t.test('only read, whatever their role may do', async (t) => {
    t.equal(await show('transaction_read_only'), 'on')
    await t.rejects(call(sql`lo_create(0)`), { code: '25006' }, 'which any role may do')
  })

  t.test('bound every statement, and every transaction left open', async (t) => {
    t.equal(await show('statement_timeout'), '5s')
    t.equal(await show('idle_in_transaction_session_timeout'), '5s')
  })

  t.test('say who they are', async (t) => {
    t.equal(await show('application_name'), 'jtai-api')
  })

  t.test('outlive the loss of a connection at work, and report it', async (t) => {
    const reported: PromiseWithResolvers<Error> = Promise.withResolvers()
    const other = openReader(readerUrl, { onError: reported.resolve })
    t.teardown(() => other.destroy())
    const isLost = t.rejects(call(sql`pg_sleep(3)`, other), { code: '57P01' })
    const terminate = () =>
      sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'select pg_sleep%'`.execute(owner)
    for (let ended = 0; ended === 0; ) ended = (await terminate()).rows.length
    await isLost
    t.match(await reported.promise, { message: /terminat/ })
    t.equal(await call(sql`current_user`, other), 'jtai_reader', 'the next query has a new one')
  })

  t.test('give dates as they are written, times in UTC and counts as numbers', async (t) => {
    const row = await reader
      .selectFrom('release')
      .innerJoin('publication', 'publication.release_id', 'release.id')
      .select((eb) => [
        'release.released_at',
        'publication.published_on',
        eb.fn.countAll().over().as('count'),
      ])
      .where('publication.id', '=', 'letter-northmoor-2016')
      .executeTakeFirst()
    t.same(row, { released_at: '2020-02-29T23:59:59Z', published_on: '2016-02-29', count: 2 })
  })
})
