// PostgreSQL stopped, killed, paused, and behind a network that resets, drops and delays, all under load: what is kept goes
// on, the rest is told at once, and all is well again by itself.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { openOwner } from '../../src/db/client.ts'
import { queryOnce } from '../../src/db/dialect.ts'
import { type Cluster, findPlace, startCluster } from '../../src/db/embedded/cluster.ts'
import { migrateUp } from '../../src/db/migrate.ts'
import { makeDataDir, nodeServer, postgresOf, start } from '../support/process.ts'
import { openProxy } from '../support/proxy.ts'
import { type Answered, askOnce, openLoad } from '../support/timed-load.ts'

t.setTimeout(240_000)
const dataDir = makeDataDir(t)
let cluster: Cluster = await startCluster({ dataDir, settings: ['fsync=off'], fresh: true })
const owner = openOwner(cluster.url('owner'))
await migrateUp(owner)
await publish(owner)
await owner.destroy()
await queryOnce(cluster.url('owner'), 'ALTER ROLE jtai_reader LOGIN')

const proxy = await openProxy(t, `${findPlace(dataDir).socketFolder}/.s.PGSQL.5432`)
const settings = { RATE_LIMIT: '0', LOOP_DELAY_MS: '0', LOG_LEVEL: 'warn' }
const direct = await start(t, { ...settings, DATABASE_URL: cluster.url('reader') }, nodeServer)
await direct.ready()
const proxied = await start(
  t,
  { ...settings, DATABASE_URL: `postgres://jtai_reader@127.0.0.1:${proxy.port}/jtai` },
  nodeServer,
)
await proxied.ready()
type Server = typeof direct

const kept = [
  '/v1/areas',
  '/v1/findings?limit=25',
  '/v1/findings/facets',
  '/',
  '/v1/findings/salford-2016-101',
]
let asked = 0
const nextKept = () => {
  asked += 1
  return kept[asked % kept.length] ?? ''
}
/** An address nobody has asked for. */
const nextNew = () => {
  asked += 1
  const day = new Date(Date.UTC(1900, 0, 1 + Math.floor(asked / 500))).toISOString().slice(0, 10)
  return `/v1/findings?limit=${1 + (asked % 500)}&fields=id,summary&published_from=${day}`
}

/** All processes of PostgreSQL, its first one first. */
const processes = (): number[] => [
  cluster.pid,
  ...execFileSync('ps', ['-o', 'pid=', '--ppid', String(cluster.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number),
]
const signal = (name: NodeJS.Signals) => {
  for (const pid of processes()) process.kill(pid, name)
}

/** Backends of a killed one may hold its memory for a moment. */
async function startAgain(): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      cluster = await startCluster({ dataDir, settings: ['fsync=off'] })
      return
    } catch (error) {
      if (tries === 10) throw error
      await sleep(200)
    }
  }
}

interface Fault {
  readonly name: string
  readonly server: Server
  readonly begin: () => Promise<unknown>
  readonly end: () => Promise<unknown>
}

const faults: readonly Fault[] = [
  { name: 'stopped', server: direct, begin: () => cluster.stop(), end: startAgain },
  {
    name: 'killed',
    server: direct,
    begin: async () => process.kill(cluster.pid, 'SIGKILL'),
    end: startAgain,
  },
  {
    name: 'paused',
    server: direct,
    begin: async () => signal('SIGSTOP'),
    end: async () => signal('SIGCONT'),
  },
  {
    name: 'behind a network that drops what is sent',
    server: proxied,
    begin: async () => {
      proxy.isSilent = true
    },
    end: async () => {
      proxy.isSilent = false
    },
  },
  {
    name: 'behind a network that delays by three seconds',
    server: proxied,
    begin: async () => {
      proxy.delay = 3_000
    },
    end: async () => {
      proxy.delay = 0
    },
  },
]

const seen = (answers: readonly Answered[], status: number) =>
  answers.filter((answer) => answer.status === status).length
const slowest = (answers: readonly Answered[]) => Math.round(Math.max(...answers.map(({ time }) => time)))

async function waitFor(holds: () => Promise<boolean>, seconds: number): Promise<number | null> {
  const began = performance.now()
  while (performance.now() - began < seconds * 1_000) {
    if (await holds()) return Math.round(performance.now() - began)
    await sleep(50)
  }
  return null
}

/** Whether several questions nobody asked before are answered. */
const isWhole = async ({ url }: Server): Promise<boolean> => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => askOnce(url, nextNew())))
  return answers.every(({ status }) => status === 200)
}

for (const { name, server, begin, end } of faults) {
  t.test(`a database that is ${name}`, async (t) => {
    for (const path of kept) for (let round = 0; round < 2; round += 1) await askOnce(server.url, path)
    t.ok(await isWhole(server))
    const hits = openLoad(server.url, 8, nextKept)
    const misses = openLoad(server.url, 16, nextNew)
    await sleep(500)
    await begin()
    const isDegraded = async (path: string) => {
      const { status, body } = await askOnce(server.opsUrl, path)
      t.equal(status, 200, path)
      return body.includes('"degraded"')
    }
    t.ok(await waitFor(() => isDegraded('/readyz'), 10), '/readyz says degraded')
    t.ok(await isDegraded('/livez'), '/livez too')
    await sleep(1_000)
    await end()
    const back = await waitFor(() => isWhole(server), 5)
    t.ok(back !== null, `whole again within 5 s: ${back} ms`)
    t.equal((await Promise.all([isWhole(server), isWhole(server)])).includes(false), false, 'and stays so')
    const [fromMemory, fromDatabase] = [await hits.stop(), await misses.stop()]

    t.ok(fromMemory.length > 100)
    t.same(
      fromMemory.filter(({ status, headers }) => status !== 200 || headers['cache-status'] !== 'jtai; hit'),
      [],
      'what is kept is answered from memory, every time',
    )
    const refused = fromDatabase.filter(({ status }) => status !== 200)
    t.ok(refused.length > 0)
    for (const { status, headers, body, time, path } of refused) {
      const isProblem =
        status === 503 &&
        /\/problems\/service-unavailable"/.test(body) &&
        /^\d+$/.test(String(headers['retry-after']))
      if (!isProblem)
        t.fail(`${status} ${path} ${body.slice(0, 200)}`, {
          log: server
            .output()
            .split('\n')
            .filter((line) => line.includes('internal-error'))
            .slice(0, 3),
        })
      if (/ECONN|PGSQL|postgres|pg-pool|stack/i.test(body)) t.fail(`tells of the inside: ${body}`)
      if (time > 2_000) t.fail(`${path} was kept waiting for ${time} ms`)
    }
    t.equal(server.child.exitCode, null, 'the same process goes on')
    t.comment(
      `${name}: ${fromMemory.length} from memory (slowest ${slowest(fromMemory)} ms), ${fromDatabase.length} new: ` +
        `${seen(fromDatabase, 200)} answered, ${seen(fromDatabase, 503)} refused (slowest ${slowest(refused)} ms), back after ${back} ms`,
    )
  })
}

t.test('connections that are reset again and again cost questions, and nothing for long', async (t) => {
  const misses = openLoad(proxied.url, 16, nextNew)
  for (let round = 0; round < 10; round += 1) {
    await sleep(150)
    proxy.reset()
  }
  t.ok(await waitFor(() => isWhole(proxied), 5))
  const answers = await misses.stop()
  t.same(
    answers.filter(({ status }) => status !== 200 && status !== 503),
    [],
  )
  t.ok(seen(answers, 200) > 0)
  t.comment(`reset ten times: ${seen(answers, 200)} answered, ${seen(answers, 503)} refused`)
})

t.test('a network that is a little slow only makes answers slower', async (t) => {
  proxy.delay = 30
  const misses = openLoad(proxied.url, 8, nextNew)
  await sleep(2_000)
  const answers = await misses.stop()
  proxy.delay = 0
  t.same(
    answers.filter(({ status }) => status !== 200),
    [],
  )
  t.ok(answers.length > 8)
})

t.test('a database that is slow is waited for', async (t) => {
  const other = openOwner(cluster.url('owner'))
  t.teardown(() => other.destroy())
  const waiting = await other.transaction().execute(async (trx) => {
    await sql`LOCK TABLE finding IN ACCESS EXCLUSIVE MODE`.execute(trx)
    const answer = askOnce(direct.url, nextNew())
    await sleep(2_500)
    return { answer }
  })
  const { status, time } = await waiting.answer
  t.equal(status, 200)
  t.ok(time > 2_000, 'for longer than one that is gone')
})

t.test('the embedded PostgreSQL is started again when it is killed', async (t) => {
  const ownDir = makeDataDir(t)
  const embedded = await start(t, { ...settings, DATA_DIR: ownDir }, nodeServer)
  await embedded.ready()
  const pidFile = join(findPlace(ownDir).data, 'postmaster.pid')
  for (let round = 0; round < 2; round += 1) {
    t.ok(await isWhole(embedded))
    process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL')
    t.ok(await waitFor(async () => !(await isWhole(embedded)), 5), 'it is gone')
    t.ok(await waitFor(() => isWhole(embedded), 20), 'and back')
  }
  embedded.signal('SIGINT')
  t.equal(await embedded.ended, 0)
  t.same(postgresOf(ownDir), [], 'and stops with the server')
})
