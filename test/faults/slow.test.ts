// A thousand clients that send nothing and a thousand that take nothing: an honest one hardly notices, and they are cut by
// the server's own limits.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { measureHonest } from '../support/honest.ts'
import { growRelease } from '../support/large-release.ts'
import { nodeServer, start } from '../support/process.ts'
import { openSlow, type Slow } from '../support/slow.ts'
import { until } from '../support/until.ts'
import { usageOf } from '../support/usage.ts'

t.setTimeout(300_000)
const { readerUrl, owner } = await createDatabase(t, 'real')
await growRelease(owner, 10_000)
const settings = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', LOG_LEVEL: 'warn', CACHE_MB: '16' }
const server = await start(t, settings, nodeServer)
await server.ready()
const port = Number(new URL(server.url).port)
const { memory, descriptors } = usageOf(server.child.pid)

t.test('1,000 clients that send slowly and 1,000 that read slowly', async (t) => {
  await measureHonest(port) // warm
  const before = { memory: memory(), descriptors: descriptors() }
  const idle = await measureHonest(port)
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
  const busy = await measureHonest(port)
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
  t.equal(server.child.exitCode, null)
  t.notMatch(server.output(), /"level":[56]0|unhandled|Warning/i, 'it has nothing to tell')
})

/** One of some large pages, or the whole set. */
const largeTarget = (number: number): string =>
  number % 50 === 0
    ? '/v1/findings.ndjson'
    : `/v1/findings?limit=500&published_from=19${10 + (number % 20)}-01-01`
