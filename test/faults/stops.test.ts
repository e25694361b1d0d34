// Stops that come twice, too early or without a word: what was taken is answered, and the next start serves the same.
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { growRelease } from '../support/large-release.ts'
import { ask, isJson, mixedPath, openExport, openLoad } from '../support/load.ts'
import { makeDataDir, nodeServer, postgresOf, type Started, start } from '../support/process.ts'

t.setTimeout(240_000)
const { owner, readerUrl } = await createDatabase(t, 'fixture')
await growRelease(owner, 20_000)

const env = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', PUBLIC_URL: 'http://api.test' }
const portOf = ({ url }: Started) => Number(new URL(url).port)

t.test('Ctrl-C and a second SIGTERM do not wait for a balancer, and answer what they took', async (t) => {
  for (const signals of [['SIGINT'], ['SIGTERM', 'SIGTERM']] as const) {
    const server = await start(t, { ...env, DRAIN_SECONDS: '60' }, nodeServer)
    await server.ready()
    const silent = connect(portOf(server), '127.0.0.1').on('error', () => undefined)
    const taken = await openExport(server.url, '/v1/findings.csv', 0)
    const beganAt = performance.now()
    for (const signal of signals) {
      server.signal(signal)
      await sleep(200)
    }
    t.equal(await server.ended, 0, signals.join(', '))
    t.equal(await taken.ended, 'whole', 'an export that is read is finished')
    t.ok(performance.now() - beganAt < 20_000)
    silent.destroy()
  }
})

t.test('SIGTERM in the middle of a start ends it', async (t) => {
  for (const patience of [150, 400, 800]) {
    const server = await start(t, { ...env, DRAIN_SECONDS: '60' }, nodeServer)
    await sleep(patience)
    server.signal('SIGTERM')
    const beganAt = performance.now()
    t.match(String(await server.ended), /^(0|SIGTERM)$/, `after ${patience} ms`)
    t.ok(performance.now() - beganAt < 20_000)
    await t.rejects(ask(server.url), { code: 'ECONNREFUSED' })
  }
  const dataDir = makeDataDir(t)
  const embedded = await start(t, { DATA_DIR: dataDir, DRAIN_SECONDS: '60' }, nodeServer)
  await sleep(1_000)
  embedded.signal('SIGTERM')
  t.equal(await embedded.ended, 0)
  t.same(postgresOf(dataDir), [], 'with its database')
})

/** What a server says it serves, and what it serves. */
async function contentOf({ url }: Started): Promise<readonly string[]> {
  const paths = ['/v1/releases/latest', '/v1/findings.csv', '/v1/changes?limit=500', '/v1/publications']
  const said = await fetch(url + paths[0], { redirect: 'manual' })
  const release = String(said.headers.get('location')).replace(/^https?:\/\/[^/]+/, '')
  const bodies = await Promise.all(paths.slice(1).map((path) => ask(url + path)))
  const whole = bodies.every(({ complete, status }) => complete && status === 200)
  if (!whole) throw new Error('not whole')
  const { body } = await ask(url + release)
  const sums = bodies.map((one) => createHash('sha256').update(one.body).digest('hex'))
  return [/"content_sha256":"[0-9a-f]{64}"/.exec(body.toString())?.[0] ?? 'no checksum', ...sums]
}

for (const [where, open] of [
  ['a database of its own', () => Promise.resolve(env)],
  [
    'the embedded one',
    async (t: Test) => ({ DATA_DIR: makeDataDir(t), RATE_LIMIT: '0', PUBLIC_URL: env.PUBLIC_URL }),
  ],
] as const) {
  t.test(`SIGKILL under load, with ${where}: the next start serves the same`, async (t) => {
    const settings = await open(t)
    const first = await start(t, settings, nodeServer)
    await first.ready()
    const before = await contentOf(first)
    let killed = false
    const load = openLoad({ clients: 64, target: () => (killed ? null : first.url), path: mixedPath })
    const exported = await openExport(first.url, '/v1/findings.ndjson', 50)
    await sleep(700)
    first.signal('SIGKILL')
    killed = true
    await Promise.all([first.ended, load.done])
    const broken = load.failures.filter(
      ({ error }) => !/ECONNRESET|ECONNREFUSED|half|socket hang up/.test(error),
    )
    t.same(broken, [], 'clients see the connection go, and nothing else')
    t.equal(load.answers.filter(({ status }) => status !== 200).length, 0)
    for (const { path, body } of load.answers) if (!isJson(body)) t.fail(`${path} is no whole answer`)
    const how = await exported.ended
    const second = await start(t, settings, nodeServer)
    await second.ready()
    t.same(await contentOf(second), before)
    t.comment(`${load.answers.length} answers, ${load.failures.length} broken off; export: ${how}`)
  })
}
