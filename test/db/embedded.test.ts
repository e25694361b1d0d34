// The embedded PostgreSQL: one server for one data folder, whatever became of the ones before.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { queryOnce } from '../../src/db/dialect.ts'
import { type Cluster, startCluster, stopCluster } from '../../src/db/embedded/cluster.ts'
import { commandLine } from '../../src/db/embedded/processes.ts'
import { makeFolder } from '../support/folders.ts'

interface Place {
  readonly data: string
  readonly sockets: string
}

async function findPlace(cluster: Cluster): Promise<Place> {
  const [row] = await queryOnce<Place>(
    cluster.url('owner', 'postgres'),
    `SELECT current_setting('data_directory') AS data, current_setting('unix_socket_directories') AS sockets`,
  )
  if (row === undefined) throw new Error('the server does not say where it is')
  return row
}

/** A data folder whose server is gone after the test. */
function makeDataDir(t: Test): string {
  const dataDir = makeFolder(t)
  t.teardown(() => stopCluster(dataDir))
  return dataDir
}

async function start(t: Test, dataDir: string): Promise<Cluster & Place> {
  const cluster = await startCluster({ dataDir })
  const place = await findPlace(cluster)
  t.teardown(async () => {
    await cluster.stop()
    rmSync(place.sockets, { recursive: true, force: true })
  })
  return { ...cluster, ...place }
}

const isPostgres = (pid: number, data: string) => commandLine(pid)?.includes(`-D ${data}`) ?? false

t.test('starts on an empty folder with a database to use, and stops without a trace', async (t) => {
  const cluster = await start(t, makeDataDir(t))
  t.ok(isPostgres(cluster.pid, cluster.data))
  t.same(await queryOnce(cluster.url('owner'), 'SELECT current_database()::text AS name'), [{ name: 'jtai' }])
  t.ok(existsSync(join(cluster.data, 'postmaster.pid')))

  await cluster.stop()
  t.notOk(isPostgres(cluster.pid, cluster.data))
  t.notOk(existsSync(join(cluster.data, 'postmaster.pid')), 'it shut down, rather than being killed')
  t.match(readFileSync(join(dirname(cluster.data), 'postgres.log'), 'utf8'), /database system is shut down/)
  await t.rejects(queryOnce(cluster.url('owner'), 'SELECT 1'), { code: 'ENOENT' })
})

t.test('sorts and folds text in the same way on every machine', async (t) => {
  const cluster = await start(t, makeDataDir(t))
  const [row] = await queryOnce(
    cluster.url('owner', 'postgres'),
    `SELECT datlocprovider::text AS provider, datlocale AS locale, pg_encoding_to_char(encoding)::text AS encoding
     FROM pg_database WHERE datname = 'jtai'`,
  )
  t.same(row, { provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' })
})

t.test('is reached through a socket of its own user, and not over the network', async (t) => {
  const cluster = await start(t, makeDataDir(t))
  const [row] = await queryOnce(
    cluster.url('owner'),
    `SELECT current_setting('listen_addresses') AS addresses`,
  )
  t.same(row, { addresses: '' })
  t.equal(statSync(cluster.sockets).mode & 0o777, 0o700, 'others cannot enter the folder of the socket')
  t.ok(Buffer.byteLength(join(cluster.sockets, '.s.PGSQL.5432')) < 108, 'the path fits into an address')
  if (process.platform === 'linux') t.same(listNetworkSockets(cluster.pid), [], 'no socket of the network')
})

// What a process has open, against the tables of the network: its own doing, whatever its settings say.
function listNetworkSockets(pid: number): string[] {
  const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  const listed = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1),
  )
  const inodes = new Set(listed.map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`))
  return open.filter((target) => inodes.has(target))
}

t.test('keeps what it holds from one start to the next, and begins anew when asked to', async (t) => {
  const dataDir = makeDataDir(t)
  const first = await start(t, dataDir)
  await queryOnce(first.url('owner'), 'CREATE TABLE kept AS SELECT 1 AS id')
  await first.stop()

  const second = await start(t, dataDir)
  t.same(await queryOnce(second.url('owner'), 'SELECT id FROM kept'), [{ id: 1 }])
  await second.stop()

  const third = await startCluster({ dataDir, fresh: true })
  t.teardown(() => third.stop())
  await t.rejects(queryOnce(third.url('owner'), 'SELECT id FROM kept'), { code: '42P01' })
})

t.test('ends the server that a killed process left behind', async (t) => {
  const dataDir = makeDataDir(t)
  const orphan = await leaveServerBehind(dataDir)
  t.match(commandLine(orphan), /postgres/, 'it lives on after the kill')

  const cluster = await start(t, dataDir)
  t.not(cluster.pid, orphan)
  t.notOk(isPostgres(orphan, cluster.data), 'the old one is gone')
  t.ok(isPostgres(cluster.pid, cluster.data), 'the new one runs')
  t.same(
    await queryOnce(cluster.url('owner'), 'SELECT id FROM kept'),
    [{ id: 1 }],
    'and no committed row is lost',
  )
})

t.test('is stopped by its data folder alone, whoever started it', async (t) => {
  const dataDir = makeDataDir(t)
  const orphan = await leaveServerBehind(dataDir)
  await stopCluster(dataDir)
  t.equal(commandLine(orphan), null)
  await t.resolves(stopCluster(dataDir), 'stopping what does not run is no mistake')
  await t.resolves(stopCluster(makeFolder(t)), 'nor is stopping what never ran')
  const cluster = await start(t, dataDir)
  t.same(await queryOnce(cluster.url('owner'), 'SELECT id FROM kept'), [{ id: 1 }], 'it can be started again')
})

/** Starts a cluster in a process of its own, commits a row, kills that process, and returns PostgreSQL's id. */
async function leaveServerBehind(dataDir: string): Promise<number> {
  const source = (path: string) => JSON.stringify(new URL(`../../src/db/${path}`, import.meta.url).href)
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startCluster } from ${source('embedded/cluster.ts')}
       import { queryOnce } from ${source('dialect.ts')}
       const cluster = await startCluster({ dataDir: ${JSON.stringify(dataDir)} })
       await queryOnce(cluster.url('owner'), 'CREATE TABLE kept AS SELECT 1 AS id')
       process.stdout.write(String(cluster.pid))
       process.kill(process.pid, 'SIGKILL')`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return Number(output)
}

t.test('overcomes a pid file whose number now belongs to somebody else', async (t) => {
  const dataDir = makeDataDir(t)
  const first = await start(t, dataDir)
  const pidFile = join(first.data, 'postmaster.pid')
  const written = readFileSync(pidFile, 'utf8')
  await first.stop()

  // A live process of the same user is what PostgreSQL itself takes for a running server, and refuses to start.
  const { uid, gid } = statSync(first.data)
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' })
  await once(stranger, 'spawn')
  t.teardown(() => stranger.kill())
  writeFileSync(pidFile, written.replace(/^\d+/, String(stranger.pid)))

  const second = await start(t, dataDir)
  t.same(await queryOnce(second.url('owner'), 'SELECT 1 AS one'), [{ one: 1 }])
  t.equal(stranger.exitCode ?? stranger.signalCode, null, 'the stranger is left alone')
})

t.test('overcomes a pid file that was cut short', async (t) => {
  const dataDir = makeDataDir(t)
  const first = await start(t, dataDir)
  await first.stop()
  writeFileSync(join(first.data, 'postmaster.pid'), '')
  const second = await start(t, dataDir)
  t.same(await queryOnce(second.url('owner'), 'SELECT 1 AS one'), [{ one: 1 }])
})

t.test('refuses a folder for its socket that others may enter', async (t) => {
  const dataDir = makeDataDir(t)
  const cluster = await start(t, dataDir)
  await cluster.stop()
  chmodSync(cluster.sockets, 0o755)
  await t.rejects(startCluster({ dataDir }), { usage: true, message: /is not a folder of mode 700/ })
})
