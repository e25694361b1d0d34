// The role the API serves as can read, and nothing else: the role itself sees to it, not the code that uses it.
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import t from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { openReader } from '../../src/db/client.ts'
import { queryOnce } from '../../src/db/dialect.ts'
import { migrateUp } from '../../src/db/migrate.ts'
import { listTables } from '../support/catalogue.ts'
import { createDatabase } from '../support/cluster.ts'

const denied = { code: '42501' }
const fixtures = join(import.meta.dirname, '../fixtures/releases')

t.test('jtai_reader', async (t) => {
  // Migrated in place: what is granted on a database is not copied from a template.
  const { owner, readerUrl } = await createDatabase(t, 'blank')
  await migrateUp(owner)
  await publish(owner, fixtures)
  const tables = await listTables(owner)
  // A session that has taken off what it can, so that only the role's own rights stand in the way.
  const takenOff = encodeURIComponent('-c default_transaction_read_only=off -c statement_timeout=0')
  const ask = (statement: string) => queryOnce(`${readerUrl}&options=${takenOff}`, statement)

  t.test('is who asks, in a session that might write', async (t) => {
    t.same(
      await ask(`SELECT current_user::text AS name, current_setting('default_transaction_read_only') AS ro`),
      [{ name: 'jtai_reader', ro: 'off' }],
    )
  })

  t.test('is read-only and bounded in time by itself, whoever opens its sessions', async (t) => {
    const names = [
      'default_transaction_read_only',
      'statement_timeout',
      'idle_in_transaction_session_timeout',
    ]
    for (const [index, value] of ['on', '5s', '5s'].entries())
      t.same(await queryOnce(readerUrl, `SELECT current_setting('${names[index]}') AS value`), [{ value }])
    await t.rejects(queryOnce(readerUrl, `SELECT nextval('nothing')`))
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
      `COPY release FROM PROGRAM 'cat'`,
      `COPY release FROM '/etc/passwd'`,
      'CREATE TEMPORARY TABLE mine (id integer)',
      'SELECT * INTO TEMPORARY mine FROM release',
      'CREATE MATERIALIZED VIEW mine AS SELECT 1',
      'CREATE SEQUENCE mine',
      'CREATE TYPE mine AS (id integer)',
      'CREATE DOMAIN mine AS integer',
      'CREATE INDEX mine ON release (id)',
      'CREATE RULE mine AS ON SELECT TO release DO INSTEAD NOTHING',
      'CREATE TRIGGER mine AFTER INSERT ON release EXECUTE FUNCTION suppress_redundant_updates_trigger()',
      'CREATE PUBLICATION mine FOR TABLE release',
      `DO LANGUAGE plpgsql $$ BEGIN CREATE TABLE mine (id integer); END $$`,
      'ALTER ROLE jtai_reader SUPERUSER',
      `ALTER ROLE postgres PASSWORD 'mine'`,
      'ALTER DATABASE postgres SET work_mem = 64',
      'SET SESSION AUTHORIZATION postgres',
      'SET session_replication_role = replica',
      `SELECT set_config('log_statement', 'all', false)`,
      'SELECT lo_create(0)',
      `SELECT lo_from_bytea(0, 'x')`,
      `SELECT lo_import('/etc/passwd')`,
      `SELECT lo_export(1, '/tmp/mine')`,
      `SELECT pg_ls_dir('.')`,
      `SELECT pg_read_binary_file('postgresql.conf')`,
      `SELECT pg_stat_file('postgresql.conf')`,
      'SELECT pg_reload_conf()',
      'SELECT pg_rotate_logfile()',
      'SELECT pg_switch_wal()',
      `SELECT pg_create_restore_point('mine')`,
      `SELECT pg_logical_emit_message(false, 'mine', 'x')`,
      'SELECT pg_stat_reset()',
      'SELECT rolpassword FROM pg_authid',
      'SELECT passwd FROM pg_shadow',
      `SELECT pg_read_file('postgresql.conf')`,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'`,
      'SELECT pg_terminate_backend(pg_backend_pid())',
      'SELECT pg_cancel_backend(pg_backend_pid())',
      `SELECT pg_advisory_lock(hashtext('jtai publish'))`,
      'SELECT pg_try_advisory_xact_lock(3853314791062309107)',
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
  const { reader, readerUrl, owner, ownerUrl } = await createDatabase(t, 'fixture')
  const call = async (expression: RawBuilder<string>, db = reader) => {
    const { value } = await db.selectNoFrom(expression.as('value')).executeTakeFirstOrThrow()
    return value
  }
  const show = (name: string) => call(sql`current_setting(${name})`)

  t.test('only read, whatever their role may do', async (t) => {
    t.equal(await show('transaction_read_only'), 'on')
    const asOwner = openReader(ownerUrl)
    t.teardown(() => asOwner.destroy())
    await t.rejects(call(sql`lo_create(0)`, asOwner), { code: '25006' }, 'which the owner may do')
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
