// Exports over real sockets: clients that leave, wait, dawdle or crowd, and failures in the middle of an answer.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { sql } from 'kysely'
import t from 'tap'
import { publicUrl } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { growRelease, listIds } from '../support/large-release.ts'
import { connections, drain, type Served, serve } from '../support/serve.ts'
import { parseCsv } from '../support/tables.ts'
import { until } from '../support/until.ts'

const findings = 20_000
const slices = findings / 1_000
const database = await createDatabase(t, 'fixture')
await growRelease(database.owner, findings)

const streamed = ['/v1/findings.csv', '/v1/findings.ndjson', '/v1/findings.json', '/v1/findings.xlsx']
const gzip = { 'accept-encoding': 'gzip' }

/** The number of queries once no more come. */
async function settled({ queries }: Served): Promise<number> {
  for (let before = -1; before !== queries(); await sleep(1_000)) before = queries()
  return queries()
}

/** What can be unpacked of a body that may have been cut; `whole` where its own end is there. */
async function unpack(body: Buffer): Promise<{ text: string; whole: boolean }> {
  const gunzip = createGunzip()
  const chunks: Buffer[] = []
  gunzip.on('data', (chunk) => chunks.push(chunk))
  const whole = new Promise<boolean>((resolve) => {
    gunzip.once('end', () => resolve(true)).once('error', () => resolve(false))
  })
  gunzip.end(body)
  return { whole: await whole, text: Buffer.concat(chunks).toString() }
}

const allIds = await listIds(database.owner)
const idsOfCsv = (text: string) =>
  parseCsv(text)
    .slice(1)
    .map(([id = '']) => id)

for (const path of streamed) {
  for (const headers of [{}, gzip]) {
    const how = 'accept-encoding' in headers ? 'compressed' : 'plain'
    t.test(`a client that leaves ${path}, ${how}, causes no further query`, async (t) => {
      const served = await serve(t, database)
      const response = await served.open(path, headers)
      await once(response, 'data')
      response.destroy()
      const gone = served.queries()
      const after = await settled(served)
      t.ok(after - gone <= 2, `at most what was under way: ${gone} queries, then ${after}`)
      t.ok(after < slices, `${after} queries`)
    })
  }
}

t.test('a client that leaves while the first slice is read for it causes no further query', async (t) => {
  for (const extension of ['csv', 'ndjson', 'json', 'xlsx']) {
    const served = await serve(t, database)
    await leaveLocked(served, `/v1/findings.${extension}?kind=strength`)
    const queries = await settled(served)
    t.ok(queries <= 3, `${queries} queries for ${extension}`)
  }
})

t.test('an export of nothing asks nothing of the database', async (t) => {
  const served = await serve(t, database)
  const nothing = '?publication=letter-northmoor-2016&kind=context&scope=national'
  await drain(await served.open('/v1/findings/facets')) // the register of the release is read by now
  const before = served.queries()
  for (const [extension, rows] of [
    ['csv', 2],
    ['ndjson', 1],
  ] as const) {
    const { body, complete } = await drain(await served.open(`/v1/findings.${extension}${nothing}`))
    t.ok(complete)
    t.equal(body.toString().split('\n').length, rows, extension)
  }
  t.equal(served.queries(), before)
})

/** Asks while the table is locked, so that the first query for the answer waits until the client has gone. */
const leaveLocked = (served: Served, path: string): Promise<void> =>
  database.owner.transaction().execute(async (trx) => {
    await sql`LOCK TABLE finding IN ACCESS EXCLUSIVE MODE`.execute(trx)
    await leave(served, path)
  })

/** Asks, and goes once a query for the answer is under way. */
async function leave({ port, queries, app }: Served, path: string): Promise<void> {
  const before = queries()
  const left = new AbortController()
  const asked = fetch(`http://127.0.0.1:${port}${path}`, { signal: left.signal }).catch(() => undefined)
  await until(() => queries() > before)
  left.abort()
  await asked
  await until(async () => (await connections(app)) === 0)
}

t.test('while a client does not read, no connection to the database is held', async (t) => {
  const served = await serve(t, database)
  const waiting = await Promise.all(
    ['/v1/findings.csv', '/v1/findings.ndjson', '/v1/findings.json'].map((path) => served.open(path)),
  )
  const before = await settled(served)
  t.ok(before < slices * waiting.length, 'they wait')
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'jtai-api'`.execute(database.owner)
  t.not(rows.length, 0)
  for (const { state } of rows) t.equal(state, 'idle')
  const { body, complete } = await drain(waiting[0] ?? (await served.open('/v1')))
  t.ok(complete, 'and they go on when they are read')
  t.same(idsOfCsv(body.toString()), allIds)
})

t.test('only so many exports are sent at once; the next is told when to come again', async (t) => {
  const served = await serve(t, database, 2)
  const path = '/v1/findings.csv'
  const one = await served.open(path)
  const two = await served.open(path, gzip, 'GET', '127.0.0.2') // another client
  const refused = await served.open('/v1/findings.ndjson')
  t.equal(refused.statusCode, 503)
  t.match(refused.headers['retry-after'], /^[1-9]\d*$/)
  t.match(refused.headers['content-type'], /^application\/problem\+json/)
  t.match(JSON.parse((await drain(refused)).body.toString()), {
    type: `${publicUrl}/problems/service-unavailable`,
    status: 503,
  })
  const etag = String(one.headers.etag)
  for (const [what, status, answer] of [
    ['a 304', 304, await served.open(path, { 'if-none-match': etag })],
    ['a HEAD', 200, await served.open(path, {}, 'HEAD')],
    ['a wrong query', 400, await served.open(`${path}?limit=1`)],
    ['another format', 406, await served.open(path, { accept: 'image/png' })],
    ['the list', 200, await served.open('/v1/findings')],
    ['a small list', 200, await served.open('/v1/areas.csv')],
  ] as const) {
    t.equal(answer.statusCode, status, what)
    await drain(answer)
  }

  let client = 2
  const open = async () => {
    client += 1
    const answer = await served.open(path, {}, 'GET', `127.0.0.${client}`)
    if (answer.statusCode === 503) await drain(answer)
    return answer
  }
  const next = async () => {
    let answer = await open()
    while (answer.statusCode === 503) {
      await sleep(50)
      answer = await open()
    }
    return answer
  }
  two.destroy()
  const three = await next()
  t.equal(three.statusCode, 200, 'one that leaves makes room')
  t.equal((await open()).statusCode, 503, 'for one')
  t.ok((await drain(one)).complete)
  const four = await next()
  t.equal(four.statusCode, 200, 'one that ends makes room')
  t.equal((await open()).statusCode, 503, 'for one')
  three.destroy()
  four.destroy()
  t.ok((await drain(await next())).complete)
})

t.test('an answer of 304, 400 or HEAD that was given leaves every place free', async (t) => {
  const served = await serve(t, database, 1)
  for (let times = 0; times < 3; times += 1) {
    await drain(await served.open('/v1/findings.csv', {}, 'HEAD'))
    await drain(await served.open('/v1/findings.csv?x=1'))
    await drain(await served.open('/v1/findings.xlsx?q=child&sort=relevance'))
  }
  const answer = await served.open('/v1/findings.csv?kind=context')
  t.equal(answer.statusCode, 200)
  t.ok((await drain(answer)).complete)
})

t.test('a client that leaves before it is answered keeps no place', async (t) => {
  const served = await serve(t, database, 1)
  await leaveLocked(served, '/v1/findings.xlsx')
  await settled(served)
  const answer = await served.open('/v1/findings.csv?area=eastvale')
  t.equal(answer.statusCode, 200)
  t.ok((await drain(answer)).complete)
})

/** Takes the findings away while something is done, so that every query for them fails. */
async function withoutFindings(act: () => Promise<void>): Promise<void> {
  await sql`ALTER TABLE finding RENAME TO finding_away`.execute(database.owner)
  try {
    await act()
  } finally {
    await sql`ALTER TABLE finding_away RENAME TO finding`.execute(database.owner)
  }
}

t.test('a failure before the first byte is a problem', async (t) => {
  const served = await serve(t, database, 1)
  await withoutFindings(async () => {
    for (const path of [...streamed, ...streamed]) {
      const answer = await served.open(path)
      t.ok([500, 503].includes(answer.statusCode ?? 0), `${path}: ${answer.statusCode}`)
      t.match(answer.headers['content-type'], /^application\/problem\+json/, path)
      t.equal(answer.headers['cache-control'], 'no-store', path)
      t.equal(answer.headers['content-disposition'], undefined, path)
      const { body, complete } = await drain(answer)
      t.ok(complete, path)
      t.notMatch(body.toString(), /finding_away|relation|SELECT/, path)
    }
  })
  const answer = await served.open('/v1/findings.csv?area=eastvale')
  t.equal(answer.statusCode, 200, 'what failed has left its place')
  t.ok((await drain(answer)).complete)
})

for (const path of streamed) {
  t.test(`a failure in the middle of ${path} breaks the connection off`, async (t) => {
    const served = await serve(t, database, 1)
    const response = await served.open(path)
    t.equal(response.statusCode, 200)
    await withoutFindings(async () => {
      const { body, complete } = await drain(response)
      t.notOk(complete, 'the client sees that it is not whole')
      t.not(body.length, 0)
      t.notMatch(body.subarray(-2_000).toString(), /problem|error|HTTP\/1\.1/i)
      if (path.endsWith('.csv')) checkPart(t, body.toString())
    })
    const again = await served.open('/v1/findings.csv?area=eastvale')
    t.equal(again.statusCode, 200, 'the next one is served')
    t.ok((await drain(again)).complete)
  })
}

t.test('a failure in the middle of a compressed export breaks it off as well', async (t) => {
  const served = await serve(t, database)
  const response = await served.open('/v1/findings.csv', gzip)
  t.equal(response.headers['content-encoding'], 'gzip')
  await withoutFindings(async () => {
    const { body, complete } = await drain(response)
    t.notOk(complete)
    const { text, whole } = await unpack(body)
    t.notOk(whole, 'its own end is not there either')
    checkPart(t, text)
  })
})

/** The beginning of the CSV and nothing else. */
function checkPart(
  t: { same(found: unknown, wanted: unknown): void; ok(value: unknown, message: string): void },
  text: string,
) {
  const found = idsOfCsv(text.slice(0, text.lastIndexOf('\r\n') + 2))
  t.ok(found.length > 0 && found.length < findings, `${found.length} findings`)
  t.same(found, allIds.slice(0, found.length))
}

t.test('a failure in the middle is no clean end to a client of HTTP/1.0 either', async (t) => {
  const served = await serve(t, database)
  const socket = connect(served.port, '127.0.0.1')
  socket.write('GET /v1/findings.csv HTTP/1.0\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  await withoutFindings(async () => {
    socket.resume()
    const [error] = await once(socket, 'error')
    t.match(error, { code: 'ECONNRESET' })
  })
})

t.test('a stop waits for the exports that are read, and cuts those that are not', async (t) => {
  const served = await serve(t, database)
  const read = await served.open('/v1/findings.csv')
  const unread = await served.open('/v1/findings.csv')
  const closed = served.app.close()
  const whole = await drain(read)
  t.ok(whole.complete)
  t.same(idsOfCsv(whole.body.toString()), allIds)
  await closed
  t.notOk((await drain(unread)).complete)
})
