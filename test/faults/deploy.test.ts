// Stops and starts under load, of the process that is shipped: nobody who was let in is turned away half answered.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { growRelease } from '../support/large-release.ts'
import { ask, isJson, type Load, mixedPath, openExport, openLoad } from '../support/load.ts'
import { nodeServer, type Started, start } from '../support/process.ts'

const findings = 20_000
const { owner, readerUrl } = await createDatabase(t, 'fixture')
await growRelease(owner, findings)

const env = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', PUBLIC_URL: 'http://api.test' }
const portOf = ({ url }: Started) => Number(new URL(url).port)

async function serve(t: Test, more: Readonly<Record<string, string>> = {}): Promise<Started> {
  const server = await start(t, { ...env, ...more }, nodeServer)
  await server.ready()
  return server
}

const readyz = (server: Started) =>
  ask(`${server.opsUrl}/readyz`).then(
    ({ status }) => status,
    () => 0,
  )

/** What is wrong with whole answers; empty where nothing is. */
const mistakesOf = ({ answers }: Load): string[] =>
  answers.flatMap(({ path, status, body }) => {
    if (status !== 200) return [`${path}: ${status} ${body}`]
    return body.toString().includes('"release":"9.0.0"') ? [] : [`${path}: of no release`]
  })

t.test('SIGTERM under load', async (t) => {
  const drainSeconds = 2
  const server = await serve(t, { DRAIN_SECONDS: String(drainSeconds) })
  // A balancer that sends to the server until it has seen readiness fall, and needs a while to see it.
  let unreadyAt = Number.POSITIVE_INFINITY
  const slowness = 1_000
  const target = () => (performance.now() < unreadyAt + slowness ? server.url : null)
  const load = openLoad({ clients: 64, target, path: mixedPath })
  const silent = connect(portOf(server), '127.0.0.1').on('error', () => undefined)
  while (load.answers.length < 500) await sleep(50)
  const slow = await openExport(server.url, '/v1/findings.ndjson', 500)
  const fast = await openExport(server.url, '/v1/findings.csv', 0)
  const before = load.answers.length

  const beganAt = performance.now()
  server.signal('SIGTERM')
  let readiness = await readyz(server)
  for (; readiness === 200; readiness = await readyz(server)) await sleep(10)
  unreadyAt = performance.now()
  await load.done
  const [ofFast, ofSlow, code] = await Promise.all([fast.ended, slow.ended, server.ended])
  const took = performance.now() - beganAt
  silent.destroy()

  t.equal(readiness, 503, 'readiness falls first')
  t.same(load.failures, [], 'every request that was written is answered whole')
  t.same(mistakesOf(load), [])
  const later = load.answers.filter(({ sentAt }) => sentAt > unreadyAt)
  t.ok(later.length > 0, 'requests are still taken after it, and on new connections')
  t.same(
    later.filter(({ isLast }) => !isLast).map(({ path }) => path),
    [],
    'every answer to them ends its connection',
  )
  t.equal(ofFast, 'whole', 'an export that is read is finished')
  t.equal(fast.text().match(/\r\n[a-z]+[a-z0-9-]+-\d{7},/g)?.length ?? 0, findings)
  t.not(ofSlow, 'short', `the one that is not read is finished or reset: ${ofSlow}`)
  t.equal(code, 0)
  t.ok(took < drainSeconds * 1_000 + 20_000, `${took} ms`)
  const logged = server.output().match(/"status":200,.*"msg":"request"/g)?.length ?? 0
  t.ok(logged >= load.answers.length, `every answer is logged to the last: ${logged}`)
  t.comment(
    `${load.answers.length} answers, ${before} before the signal, ${later.length} after readiness fell; ` +
      `${load.failures.length} failures; slow export: ${ofSlow}; ended after ${Math.round(took)} ms`,
  )
})

t.test('who has not seen readiness fall is let in until the drain is over', async (t) => {
  const server = await serve(t, { DRAIN_SECONDS: '3' })
  server.signal('SIGTERM')
  while ((await readyz(server)) === 200) await sleep(10)
  await sleep(1_000)
  const { status, isLast } = await ask(`${server.url}/v1/areas`)
  t.same([status, isLast], [200, true])
  t.equal(await server.ended, 0)
})

t.test(
  'requests sent ahead of their answers are answered in their order, or after an answer that says the end',
  async (t) => {
    const server = await serve(t, { DRAIN_SECONDS: '1' })
    const ahead = 3
    const texts: { text: string; asked: string[] }[] = []
    const gone: Promise<void>[] = []
    const begun: Promise<void>[] = []
    for (let client = 0; client < 64; client += 1) {
      const socket = connect(portOf(server), '127.0.0.1').setEncoding('utf8')
      const asked: string[] = []
      let text = ''
      const write = () => {
        const paths = Array.from({ length: ahead }, (_one, next) => mixedPath(client, asked.length + next))
        asked.push(...paths)
        socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
      }
      const closed = Promise.withResolvers<void>()
      const first = Promise.withResolvers<void>()
      gone.push(closed.promise)
      begun.push(first.promise)
      socket.on('error', () => (text += 'reset'))
      socket.once('close', () => closed.resolve(void texts.push({ text, asked })))
      socket.on('data', (chunk) => {
        text += chunk
        first.resolve()
        if (splitAnswers(text).length === asked.length) write()
      })
      write()
    }
    await Promise.all(begun)
    server.signal('SIGTERM')
    t.equal(await server.ended, 0)
    await Promise.all(gone)
    let whole = 0
    for (const { text, asked } of texts) {
      const answers = splitAnswers(text)
      whole += answers.length
      t.equal(answers.join(''), text, 'whole answers and nothing else')
      const days = asked.slice(0, answers.length).map((path) => /\d{4}-\d\d-\d\d/.exec(path)?.[0] ?? '')
      t.ok(
        answers.every((answer, index) => isBusy(answer) || answer.includes(days[index] ?? '')),
        'each to its question',
      )
      t.match(answers.at(-1), /^connection: close\r$/im, 'the last says so')
    }
    t.comment(`${whole} answers on 64 connections`)
  },
)

/** A server that is asked for too much at once may say so. */
const isBusy = (answer: string) => answer.startsWith('HTTP/1.1 503 ') && /^retry-after: /im.test(answer)

/** The whole answers a connection begins with, each of the length it says. */
function splitAnswers(text: string): string[] {
  const answers: string[] = []
  const bytes = Buffer.from(text)
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n\r\n', at)
    const length = end < 0 ? null : /^content-length: (\d+)\r$/im.exec(bytes.toString('utf8', at, end + 2))
    const next = length === null ? Number.POSITIVE_INFINITY : end + 4 + Number(length?.[1])
    if (next > bytes.length) return answers
    answers.push(bytes.toString('utf8', at, next))
    at = next
  }
}

t.test('a rolling deploy: a client that tries the next server sees no failure', async (t) => {
  let serving = [await serve(t, { DRAIN_SECONDS: '1' })]
  let isOver = false
  let asked = 0
  let failedOver = 0
  const failures: string[] = []
  const client = async (number: number) => {
    for (let turn = 0; !isOver; turn += 1) {
      asked += 1
      const path = mixedPath(number, turn)
      let answered = false
      for (const { url } of serving) {
        const got = await ask(url + path).catch(() => null)
        answered = got?.status === 200 && got.complete && isJson(got.body)
        if (answered) break
        failedOver += 1
      }
      if (!answered) failures.push(path)
    }
  }
  const clients = Array.from({ length: 16 }, (_one, number) => client(number))
  for (let deploy = 0; deploy < 2; deploy += 1) {
    const [old] = serving
    if (old === undefined) throw new Error('one is serving')
    const next = await serve(t, { DRAIN_SECONDS: '1' })
    serving = [old, next]
    await sleep(300)
    old.signal('SIGTERM')
    t.equal(await old.ended, 0)
    serving = [next]
  }
  isOver = true
  await Promise.all(clients)
  t.same(failures, [])
  t.comment(
    `${asked} requests in two deploys, ${failedOver} tried at the next server, ${failures.length} failures`,
  )
})
