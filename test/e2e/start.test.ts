// npm start on embedded PostgreSQL, from the first start to the last: what a newcomer lives through.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { queryOnce } from '../../src/db/dialect.ts'
import { findPlace, startCluster } from '../../src/db/embedded/cluster.ts'
import { freePort, makeDataDir, nodeServer, start } from '../support/process.ts'

// Many starts of the real process, most of which make a database: minutes beside other tests on a slow disk.
t.setTimeout(300_000)

/** The PostgreSQL servers of a data folder, as the operating system lists them. */
const postgresOf = (dataDir: string): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`-D ${findPlace(dataDir).data} `))

const total = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}/v1/findings?limit=1`)).text()
  return Number(/"total":(\d+)/.exec(text)?.[1])
}

t.test('the life of a server', async (t) => {
  const dataDir = makeDataDir(t)

  const first = await start(t, { DATA_DIR: dataDir })
  await first.ready()
  t.match(first.output(), first.url, 'the first start says where it serves')
  t.match(first.output(), `${first.url}/docs`)
  const example = /curl '(.+)'/.exec(first.output())?.[1] ?? ''
  t.equal((await fetch(example)).status, 200, 'its example address works')
  t.equal(await total(first.url), 911, 'the whole data set is there')
  t.equal((await fetch(`${first.opsUrl}/readyz`)).status, 200)
  t.equal((await fetch(`${first.url}/readyz`)).status, 404, 'the ops addresses are not on the public port')
  t.equal(postgresOf(dataDir).length, 1)

  const beside = await start(t, { DATA_DIR: dataDir })
  t.equal(await beside.ended, 1, 'a second start beside it refuses')
  t.match(beside.output(), first.url, 'and says where the first one serves')
  t.equal(beside.output().trim().split('\n').length, 1, 'in one line')
  t.equal(await total(first.url), 911, 'the first one is not disturbed')

  first.signal('SIGKILL')
  await first.ended
  const second = await start(t, { DATA_DIR: dataDir })
  await second.ready()
  t.equal(await total(second.url), 911, 'it starts again after kill -9')
  t.equal(postgresOf(dataDir).length, 1, 'and leaves one PostgreSQL running')

  second.signal('SIGINT')
  await second.ended
  t.same(postgresOf(dataDir), [], 'Ctrl-C ends it and its PostgreSQL')
  t.notMatch(second.output(), /error/i, 'without a word of error')
})

t.test('Ctrl-C and SIGTERM end it with 0', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const server = await start(t, { DATA_DIR: makeDataDir(t) }, nodeServer)
    await server.ready()
    server.signal(signal)
    t.equal(await server.ended, 0, signal)
  }
})

t.test('Ctrl-C in the middle of the first start leaves nothing behind', async (t) => {
  for (const patience of [700, 1_500, 2_500]) {
    const dataDir = makeDataDir(t)
    const server = await start(t, { DATA_DIR: dataDir }, nodeServer)
    await sleep(patience)
    server.signal('SIGINT')
    await server.ended
    t.same(postgresOf(dataDir), [], `no PostgreSQL after ${patience} ms`)
    t.notOk(existsSync(join(dataDir, 'server.lock')), 'and no lock')
  }
})

t.test('a cluster that is not what the seeds say is thrown away and made anew', async (t) => {
  const dataDir = makeDataDir(t)
  const first = await start(t, { DATA_DIR: dataDir }, nodeServer)
  await first.ready()
  first.signal('SIGTERM')
  await first.ended

  const cluster = await startCluster({ dataDir })
  await queryOnce(cluster.url('owner'), `UPDATE release SET folder_sha256 = repeat('0', 64)`)
  await queryOnce(cluster.url('owner'), `DELETE FROM evidence WHERE finding_id LIKE 'salford%'`)
  await cluster.stop()

  const second = await start(t, { DATA_DIR: dataDir }, nodeServer)
  await second.ready()
  t.match(second.output(), 'the embedded database is made anew', 'it says so')
  const finding = await (await fetch(`${second.url}/v1/findings/salford-2016-101`)).text()
  t.match(finding, '"page":8', 'and what was lost is there again')
})

t.test('a busy port is one line that names the setting', async (t) => {
  const port = await freePort()
  const busy = createServer().listen(port, '127.0.0.1')
  t.teardown(() => busy.close())
  for (const setting of ['PORT', 'OPS_PORT']) {
    const server = await start(t, { DATA_DIR: makeDataDir(t), LOG_LEVEL: 'warn', [setting]: String(port) })
    t.equal(await server.ended, 1)
    t.equal(
      server.output().trim(),
      `Port ${port} is in use: stop what uses it, or set ${setting} to another.`,
    )
  }
})

t.test('a malformed setting is one line that names it', async (t) => {
  for (const [name, value] of Object.entries({
    PORT: '1e3',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'example.org',
    HOST: '0.0.0.0',
  })) {
    const server = await start(t, { DATA_DIR: makeDataDir(t), [name]: value })
    t.equal(await server.ended, 1)
    t.match(server.output(), name)
    t.equal(server.output().trim().split('\n').length, 1)
  }
})
