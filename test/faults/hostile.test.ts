// A thousand clients that send nothing, a thousand that take nothing, ten thousand that come and go: an honest one hardly
// notices, the slow ones are cut by the server's own limits, and nothing of them is left.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { openHonest } from '../support/honest.ts'
import { growRelease } from '../support/large-release.ts'
import { nodeServer, start } from '../support/process.ts'
import { openSlow, type Slow } from '../support/slow.ts'
import { openWire } from '../support/wire.ts'

t.setTimeout(300_000)
const { readerUrl, owner } = await createDatabase(t, 'real')
const findings = 10_000
await growRelease(owner, findings)
const settings = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', LOG_LEVEL: 'warn', CACHE_MB: '16' }
const server = await start(t, settings, nodeServer)
await server.ready()
const port = Number(new URL(server.url).port)

const proc = `/proc/${server.child.pid}`
const memory = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1]) / 1_024
const descriptors = (): number => readdirSync(`${proc}/fd`).length

/** Waits until something holds; false where it does not within the time. */
async function until(holds: () => boolean, seconds: number): Promise<boolean> {
  for (let waited = 0; waited < seconds * 10 && !holds(); waited += 1) await sleep(100)
  return holds()
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const rounds = 5
const perRound = 200

/** The 99th percentile an honest client sees, as the median of some rounds: one stray pause does not decide. */
async function measure(): Promise<{ p99: number; failures: readonly string[]; asked: number }> {
  const honest = openHonest(port, '127.0.9.9')
  const all = []
  for (let round = 0; round < rounds; round += 1) all.push(await honest.round(perRound))
  honest.close()
  return {
    p99: median(all.map(({ times }) => times.toSorted((a, b) => a - b)[Math.floor(perRound * 0.99)] ?? 0)),
    failures: all.flatMap(({ failures }) => failures),
    asked: rounds * perRound,
  }
}

t.test('1,000 clients that send slowly and 1,000 that read slowly', async (t) => {
  await measure() // warm
  const before = { memory: memory(), descriptors: descriptors() }
  const idle = await measure()
  const began = Date.now()
  const opened: Slow[] = []
  const open = (number: number, kind: Slow['kind']) => {
    const one = openSlow(port, `127.0.${1 + (number % 8)}.${1 + (number % 250)}`, kind, largeTarget(number))
    opened.push(one)
    return one
  }
  const readers: Slow[] = []
  let senders: Slow[] = []
  for (let number = 0; number < 1_000; number += 1) {
    readers.push(open(number, 'read'))
    senders.push(open(number, 'header'))
    if (number % 10 === 0) await sleep(20)
  }
  // Who is cut comes again: there are a thousand of them all the time.
  let most = 0 // they are let in while the honest one asks
  const again = setInterval(() => {
    most = Math.max(most, descriptors())
    senders = senders.map((one, number) => (one.isCut() ? open(number, 'header') : one))
  }, 200)
  const busy = await measure()
  const peak = memory()
  clearInterval(again)
  t.comment(`opened until ${Date.now() - began} ms, ${most} descriptors of ${before.descriptors} before`)
  t.comment(`p99 of an honest client: ${idle.p99.toFixed(1)} ms idle, ${busy.p99.toFixed(1)} ms beside them`)
  t.comment(`${busy.asked} requests, ${busy.failures.length} failures`)
  t.ok(most > 1_500, 'they are there at once')
  t.same([...idle.failures, ...busy.failures], [], 'no request of an honest client fails')
  t.ok(busy.p99 < idle.p99 * 5, 'its p99 is within five times of that of an idle server')

  // Nobody of them closes: it is the server that does.
  const isCut = await until(() => descriptors() <= before.descriptors + 5, 60)
  t.ok(isCut, `every one of them is cut: ${before.descriptors} descriptors before, ${descriptors()} now`)
  const ages = opened.filter((one) => one.kind === 'header').map((one) => one.age())
  t.comment(
    `all cut ${Date.now() - began} ms after the first came; no header: after ${Math.max(...ages)} ms at most`,
  )
  t.ok(Math.max(...ages) < 25_000, 'who sends no header is cut by the time for a header')
  for (const one of opened) one.close()
  t.comment(
    `memory in MB: ${before.memory.toFixed()} before, ${peak.toFixed()} beside them, ${memory().toFixed()} after`,
  )
  t.ok(peak < before.memory + 300, 'they take little memory')
})

/** One of some large pages, or the whole set. */
const largeTarget = (number: number): string =>
  number % 50 === 0
    ? '/v1/findings.ndjson'
    : `/v1/findings?limit=500&published_from=19${10 + (number % 20)}-01-01`

t.test('10,000 connections in turn', async (t) => {
  const honest = openHonest(port, '127.0.9.9')
  await honest.round(50)
  const before = descriptors()
  const began = Date.now()
  let next = 0
  let answered = 0
  const failures: string[] = []
  const caller = async (lane: number) => {
    for (let at = next++; at < 10_000; at = next++) {
      const wire = openWire(port, `127.0.${10 + lane}.${1 + (at % 250)}`)
      const kind = at % 10
      if (kind === 9) wire.close()
      else if (kind === 8) {
        wire.send(Buffer.from('GET /v1/findings?limit=50 HT'))
        await sleep(1)
      } else if (kind === 7) {
        wire.send(Buffer.from('GET /v1/findings?limit=500 HTTP/1.1\r\nHost: x\r\n\r\n'))
        await sleep(at % 7)
      } else {
        wire.send(Buffer.from('GET /v1/areas/salford HTTP/1.1\r\nHost: x\r\n\r\n'))
        const answer = await wire.answer('GET').catch(() => null)
        if (answer?.status === 200) answered += 1
        else failures.push(`connection ${at}: ${answer?.status ?? 'no answer'}`)
      }
      wire.close()
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, lane) => caller(lane)))
  t.comment(`${answered} answered in ${Date.now() - began} ms, ${failures.length} failures`)
  t.same(failures.slice(0, 5), [], 'each that asks is answered')
  t.equal(answered, 7_000)
  t.ok(await until(() => descriptors() <= before, 15), `no descriptor is left of ${before}`)
  t.same((await honest.round(50)).failures, [])
  honest.close()
})

t.test('exports that are read slowly do not stop the lists of others', async (t) => {
  const idle = await measure()
  const slow = Array.from({ length: 8 }, (_, number) =>
    openSlow(port, `127.0.7.${1 + number}`, 'read', '/v1/findings.json'),
  )
  t.ok(await until(() => slow.every((one) => one.hasBegun()), 10), 'eight exports have begun')
  const busy = await measure()
  t.notOk(
    slow.some((one) => one.isCut()),
    'and go on',
  )
  t.comment(`p99: ${idle.p99.toFixed(1)} ms idle, ${busy.p99.toFixed(1)} ms beside eight slow exports`)
  t.same(busy.failures, [], 'every list is answered')
  t.ok(busy.p99 < idle.p99 * 5)
  const ninth = await fetch(`${server.url}/v1/findings.ndjson`)
  t.equal(ninth.status, 503, 'one more export has to wait')
  t.match(ninth.headers.get('retry-after'), /^\d+$/)
  await ninth.body?.cancel()
  for (const one of slow) one.close()
  await sleep(500)
  t.equal((await fetch(`${server.url}/v1/findings.ndjson?limit=1`)).status, 400)
  const after = await fetch(`${server.url}/v1/findings.ndjson?area=salford`)
  t.equal(after.status, 200, 'their places are free once they have left')
  await after.body?.cancel()
})

t.test('a broken message behind an export does not get into it', async (t) => {
  const wire = openWire(port)
  wire.send(Buffer.from('GET /v1/findings.ndjson HTTP/1.1\r\nHost: x\r\n\r\n'))
  await sleep(200)
  wire.send(Buffer.from('NONSENSE\r\n\r\n'))
  await sleep(50)
  wire.send(Buffer.from('NONSENSE\r\n\r\n'))
  const answer = await wire.answer('GET')
  t.equal(answer?.status, 200)
  t.equal(String(answer?.body).split('\n').length, findings + 1, 'each row and nothing else')
  t.equal(await wire.answer('GET'), null)
  wire.close()
})

t.test('the server has nothing to tell of all this', async (t) => {
  t.equal(server.child.exitCode, null)
  t.notMatch(server.output(), /"level":[56]0|unhandled|Warning/i)
})
