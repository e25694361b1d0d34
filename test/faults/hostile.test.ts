// Ten thousand clients that come and go, exports that are read slowly, broken messages: an honest client hardly notices,
// and nothing of them is left.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { measureHonest, openHonest } from '../support/honest.ts'
import { growRelease } from '../support/large-release.ts'
import { nodeServer, start } from '../support/process.ts'
import { openSlow } from '../support/slow.ts'
import { until } from '../support/until.ts'
import { usageOf } from '../support/usage.ts'
import { openWire } from '../support/wire.ts'

t.setTimeout(300_000)
const { readerUrl, owner } = await createDatabase(t, 'real')
const findings = 10_000
await growRelease(owner, findings)
const settings = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', LOG_LEVEL: 'warn', CACHE_MB: '16' }
const server = await start(t, settings, nodeServer)
await server.ready()
const port = Number(new URL(server.url).port)

const { descriptors } = usageOf(server.child.pid)

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
  const idle = await measureHonest(port)
  const slow = Array.from({ length: 8 }, (_, number) =>
    openSlow(port, `127.0.7.${1 + number}`, 'read', '/v1/findings.json'),
  )
  t.ok(await until(() => slow.every((one) => one.hasBegun()), 10), 'eight exports have begun')
  const busy = await measureHonest(port)
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

t.test('broken messages behind exports neither get into them nor cut them', async (t) => {
  const askAndBabble = async () => {
    const wire = openWire(port)
    wire.send(Buffer.from('GET /v1/findings.ndjson HTTP/1.1\r\nHost: x\r\n\r\n'))
    const babble = setInterval(() => wire.send(Buffer.from('NONSENSE\r\n\r\n')), 10)
    try {
      const answer = await wire.answer('GET')
      t.equal(answer?.status, 200)
      t.equal(String(answer?.body).split('\n').length, findings + 1, 'each row and nothing else')
      t.equal(await wire.answer('GET'), null)
    } finally {
      clearInterval(babble)
      wire.close()
    }
  }
  // Four at once, so that a client is busy when its answer ends.
  for (let round = 0; round < 3; round += 1) await Promise.all([1, 2, 3, 4].map(askAndBabble))
})

t.test('the server has nothing to tell of all this', async (t) => {
  t.equal(server.child.exitCode, null)
  t.notMatch(server.output(), /"level":[56]0|unhandled|Warning/i)
})
