// 20,000 requests made from the OpenAPI document, of every kind a hostile client can think of, against the real server.
// FAULTS_SEED changes what is asked; the same seed asks the same.
import fc from 'fast-check'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { operations } from '../support/contract.ts'
import { judge, operationOf } from '../support/judge.ts'
import { nodeServer, start } from '../support/process.ts'
import { anyShot, type Described, type Shot } from '../support/shots.ts'
import { fieldMark, foreignHost, mark } from '../support/texts.ts'
import { usageOf } from '../support/usage.ts'
import { openWire, type Wire } from '../support/wire.ts'
import { learnWorld } from '../support/world.ts'

const requests = 20_000
const clients = 12
const seed = Number(process.env.FAULTS_SEED ?? 20_160_928)

t.setTimeout(300_000)
t.comment(`FAULTS_SEED=${seed}`)
const { readerUrl } = await createDatabase(t, 'fixture')
const settings = { DATABASE_URL: readerUrl, RATE_LIMIT: '0', CACHE_MB: '16', LOG_LEVEL: 'info' }
const server = await start(t, settings, nodeServer)
await server.ready()
const port = Number(new URL(server.url).port)

const document: { readonly paths: Readonly<Record<string, { readonly get: Omit<Described, 'path'> }>> } =
  JSON.parse(await (await fetch(`${server.url}/openapi.json`)).text())
const described = Object.entries(document.paths).map(([path, { get }]) => ({ path, ...get }))
t.same(
  described.map(({ path }) => path),
  operations.map(({ path }) => path),
  'the contract the answers are held against is the one that is served',
)

const { memory } = usageOf(server.child.pid)

t.test(`${requests} requests`, async (t) => {
  const began = Date.now()
  const shots = fc.sample(anyShot(described, await learnWorld(server.url)), { seed, numRuns: requests })
  const made = Date.now() - began
  const counts = new Map<string, Map<string, number>>()
  const failures: string[] = []
  const ids = new Set<string>()
  const sizes: number[] = []
  let answered = 0
  let next = 0

  const count = (name: string, status: string) => {
    const statuses = counts.get(name) ?? new Map<string, number>()
    counts.set(name, statuses.set(status, (statuses.get(status) ?? 0) + 1))
  }
  const fail = (at: number, { kind, bytes }: Shot, what: string, answer = '') => {
    const sent = JSON.stringify(bytes.toString('latin1').slice(0, 1_500))
    failures.push(`${what} (seed ${seed}, request ${at}, ${kind}, ${bytes.length} bytes)\n${sent}\n${answer}`)
  }

  /** Sends one and judges all that comes of it; false where the connection is of no more use. */
  const shoot = async (
    wire: Wire,
    at: number,
    shot: Shot,
    ends = shot.kind === 'broken',
  ): Promise<boolean> => {
    const isBroken = shot.kind === 'broken'
    const name = isBroken ? '(broken)' : (operationOf(shot.target)?.path ?? '(other)')
    wire.send(shot.bytes)
    if (ends) wire.end()
    for (let answers = 0; ; answers += 1) {
      const answer = await wire.answer(shot.method)
      if (answer === null) {
        if (answers > 0) return false
        count(name, 'closed')
        if (!isBroken) fail(at, shot, 'no answer')
        return false
      }
      if (answers === 0) answered += 1
      count(name, String(answer.status))
      const id = answer.headers['request-id'] ?? ''
      const wrong = [...judge(shot, answer), ...(ids.has(id) ? ['another answer had its Request-Id'] : [])]
      ids.add(id)
      const shown = `${answer.head.slice(0, 1_000)}\n${answer.body.toString('utf8').slice(0, 500)}`
      for (const what of wrong) fail(at, shot, what, shown)
      if (!ends && answer.headers.connection !== 'close') return true
      if (shot.method === 'HEAD') return false // refused before its method was read, it may have a body
    }
  }

  const client = async (address: string) => {
    let wire = openWire(port, address)
    for (let at = next++; at < shots.length; at = next++) {
      if (at % (requests / 8) === 0) sizes.push(memory())
      const shot = shots[at]
      if (shot === undefined) return
      if (!wire.isOpen() || shot.kind === 'broken') {
        wire.close()
        wire = openWire(port, address)
      }
      const isUsable = await shoot(wire, at, shot).catch(async (error) => {
        // Node cuts what is at work for a client that has ended its half; for one that has not, it is whole.
        const isLeft = shot.kind === 'broken' && String(error).includes('the answer is cut')
        if (!isLeft) fail(at, shot, String(error))
        else {
          wire.close()
          wire = openWire(port, address)
          await shoot(wire, at, shot, false).catch((again) => fail(at, shot, String(again)))
        }
        return false
      })
      if (!isUsable) wire.close()
    }
    wire.close()
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(`127.0.0.${2 + number}`)))
  sizes.push(memory())

  for (const [name, statuses] of [...counts].sort()) {
    const shown = [...statuses].sort().map((one) => one.join(' x '))
    t.comment(`${name}: ${shown.join(', ')}`)
  }
  t.comment(`${answered} answers in ${Date.now() - began} ms, ${made} ms of them to make the requests`)
  t.comment(`${failures.length} failures`)
  t.comment(`memory in MB: ${sizes.map(Math.round).join(', ')}`)
  t.same(failures.slice(0, 10), [], 'every answer is as the contract says')
  for (const { path } of described) {
    const statuses = [...(counts.get(path)?.keys() ?? [])]
    t.ok(statuses.includes('200'), `${path} was answered`)
    t.ok(
      statuses.some((status) => status.startsWith('4')),
      `${path} was refused`,
    )
  }
  const unavailable = [...counts.values()].reduce((sum, statuses) => sum + (statuses.get('503') ?? 0), 0)
  t.ok(unavailable < requests / 100, `${unavailable} were told to come again`)
  t.ok(answered > requests * 0.95, 'nearly every request had an answer, the broken ones as well')
  const [early = 0, late = 0] = [sizes[2], sizes.at(-1)]
  t.ok(late < early * 1.5 + 32, 'what is asked leaves nothing behind')
})

t.test('the server lives on, and told its log nothing it should not', async (t) => {
  t.equal((await fetch(`${server.url}/v1/areas`)).status, 200)
  t.equal(server.child.exitCode, null)
  const output = server.output()
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  t.ok(lines.length > requests / 2, 'it logs requests')
  // A machine that is very busy may answer a few with a declared 503, which is logged.
  const told = lines.filter((line) => !/"level":(20|30),|"msg":"service-unavailable"/.test(line))
  t.same(told.slice(0, 5), [], 'no warning, no error')
  t.notMatch(output, /unhandled|deprecat|warning|\n {4}at /i)
  for (const secret of [mark, fieldMark, foreignHost, 'etc/passwd']) t.notOk(output.includes(secret), secret)
})
