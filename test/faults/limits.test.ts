// What the real process refuses when there is too much: of one client, of work, of its own time and memory. What it has in
// memory it sends all the same.
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { nodeServer, start } from '../support/process.ts'
import { askOnce, openLoad } from '../support/timed-load.ts'

const { owner, readerUrl } = await createDatabase(t, 'real')
const open = async (env: Record<string, string>) => {
  const server = await start(t, { DATABASE_URL: readerUrl, LOG_LEVEL: 'warn', ...env }, nodeServer)
  await server.ready()
  return server
}
const asShipped = await open({})
const free = { RATE_LIMIT: '0', LOOP_DELAY_MS: '0' }
const busy = await open(free)
const late = await open({ ...free, LOOP_DELAY_MS: '10' })
const full = await open({ ...free, MEMORY_MB: '60' })

/** Asks for what the cache was filled with at the start, in the words it was filled in. */
const askKept = (url: string) =>
  fetch(`${url}/v1/areas`, { headers: { accept: '*/*', 'accept-encoding': 'br' } })

async function refusals(opsUrl: string, reason: string): Promise<number> {
  const told = await (await fetch(`${opsUrl}/metrics`)).text()
  return Number(new RegExp(`jtai_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(told)?.[1])
}

t.test('600 new answers a minute are one client’s, an export is twenty of them', async (t) => {
  const { headers } = await askOnce(asShipped.url, '/v1/areas?colour=red')
  t.equal(headers['ratelimit-policy'], '"default";q=600;w=60')
  t.match(headers.ratelimit, /^"default";r=599;t=60$/)
  const kept = (await fetch(`${asShipped.url}/v1/findings?limit=1`)).headers.get('etag') ?? ''
  for (let asked = 0; asked < 29; asked += 1)
    t.equal(
      (
        await fetch(`${asShipped.url}/v1/findings.csv`).then(async (one) => [await one.text(), one.status])
      )[1],
      200,
    )
  const refused = await askOnce(asShipped.url, '/v1/findings.csv')
  t.equal(refused.status, 429)
  t.match(refused.headers['retry-after'], /^[1-5]?\d$|^60$/)
  t.equal((await askOnce(asShipped.url, '/v1/findings?limit=1')).status, 200, 'what is kept is free')
  const unchanged = await fetch(`${asShipped.url}/v1/findings?limit=1`, {
    headers: { 'if-none-match': kept },
  })
  t.equal(unchanged.status, 304)
  t.equal((await fetch(`${asShipped.url}/v1/findings?limit=2`, { method: 'HEAD' })).status, 200)
})

t.test('more questions at once than it works on are told to come again', async (t) => {
  const many = 160
  const answers = await owner.transaction().execute(async (trx) => {
    await sql`LOCK TABLE finding IN ACCESS EXCLUSIVE MODE`.execute(trx)
    const asked = Array.from({ length: many }, (_one, at) =>
      askOnce(busy.url, `/v1/findings?fields=id&limit=${at + 101}`),
    )
    for (let tries = 0; tries < 100 && (await refusals(busy.opsUrl, 'work')) < many - 100; tries += 1)
      await sleep(20)
    t.equal((await askKept(busy.url)).status, 200)
    return { asked }
  })
  const all = await Promise.all(answers.asked)
  const refused = all.filter(({ status }) => status === 503)
  t.ok(refused.length >= many - 100, `${refused.length} refused`)
  for (const { headers, body, time } of refused) {
    t.match(headers['retry-after'], /^\d+$/)
    if (body.includes('answered already') && time > 2_000) t.fail(`refused after ${time} ms`)
  }
  t.equal(all.filter(({ status }) => status === 200).length, many - refused.length)
  t.ok(
    all.some(({ status }) => status === 200),
    'the others are answered',
  )
  t.equal((await askOnce(busy.url, '/v1/findings?limit=400')).status, 200)
  t.comment(`${many} at once: ${refused.length} refused`)
})

t.test('a process that is late refuses new questions, and takes them again', async (t) => {
  let asked = 0
  const nextNew = () => {
    asked += 1
    return `/v1/findings?limit=${500 - (asked % 100)}&published_from=2016-01-${10 + (Math.floor(asked / 100) % 20)}`
  }
  const load = openLoad(late.url, 64, nextNew, 0)
  for (let tries = 0; tries < 100 && (await refusals(late.opsUrl, 'loop')) < 10; tries += 1) await sleep(50)
  for (let round = 0; round < 5; round += 1) t.equal((await askKept(late.url)).status, 200)
  const answers = await load.stop()
  const refused = answers.filter(({ status }) => status === 503)
  t.ok(refused.length >= 10)
  for (const { headers } of refused) if (headers['retry-after'] !== '5') t.fail('it says when to come again')
  t.same(
    answers.filter(({ status }) => status !== 200 && status !== 503),
    [],
  )
  let again = 503
  for (let tries = 0; tries < 100 && again !== 200; tries += 1) {
    await sleep(200)
    again = (await askOnce(late.url, `/v1/findings?limit=7${tries % 10}`)).status
  }
  t.equal(again, 200)
})

t.test('a process that is full refuses new questions, and sends what it has', async (t) => {
  await sleep(1_200) // it looks once a second
  const { status, headers, body } = await askOnce(full.url, '/v1/findings?limit=78')
  t.equal(status, 503)
  t.equal(headers['retry-after'], '5')
  t.match(body, /\/problems\/service-unavailable"/)
  const kept = await askKept(full.url)
  t.equal(kept.status, 200)
  t.equal(kept.headers.get('cache-status'), 'jtai; hit')
  t.ok((await refusals(full.opsUrl, 'memory')) > 0)
  t.equal((await fetch(`${full.opsUrl}/livez`)).status, 200)
})
