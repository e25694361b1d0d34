// The files of a release over HTTP: listed with what they are, sent as they are, whole or in ranges, for ever the same.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { realRelease } from '../support/releases.ts'
import { drain, serve } from '../support/serve.ts'
import { parseCsv } from '../support/tables.ts'

const api = await openApp(t, 'real')
const fixture = await openApp(t, 'fixture')
const grown = await createDatabase(t, 'fixture')

interface File {
  readonly name: string
  readonly description: string
  readonly media_type: string
  readonly bytes: number
  readonly sha256: string
  readonly url: string
}

const folder = '/v1/releases/1.0.1/files'
const { data: files } = await api.read<List<File>>(folder)
const large = files.find(({ name }) => name === 'jtai.sqlite') ?? files[0]
if (large === undefined) throw new Error('the release has no files')
const small = files.find(({ name }) => name === 'findings.csv-metadata.json') ?? large
const whole = (await api.get(large.url)).rawPayload
const partSize = 262_144
await growFile()

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const etagOf = ({ sha256 }: File) => `"${Buffer.from(sha256, 'hex').toString('base64url')}"`

t.test('the list, the release and the table name the same files', async (t) => {
  for (const version of ['1.0.0', '1.0.1']) {
    const base = `/v1/releases/${version}`
    const { data, page, meta } = await api.read<List<File>>(`${base}/files`)
    t.equal(data.length, 17)
    t.match(page, { limit: null, count: 17, total: 17, next: null, prev: null })
    t.equal(meta.release, version)
    t.same((await api.read<Item<{ files: File[] }>>(base)).data.files, data)
    const [header = [], ...rows] = parseCsv((await api.get(`${base}/files.csv`)).body)
    t.same(header, ['name', 'description', 'media_type', 'bytes', 'sha256', 'url'])
    t.same(
      rows,
      data.map(({ name, description, media_type, bytes, sha256, url }) => [
        ...[name, description, media_type, String(bytes), sha256, url],
      ]),
    )
    for (const { name, url } of data) t.equal(url, `${publicUrl}${base}/files/${name}`)
  }
  const links = (await api.read<Item<{ links: { files: string } }>>('/v1/releases/1.0.1')).data.links
  t.equal(links.files, publicUrl + folder)
})

for (const file of files) {
  t.test(`${file.name} comes whole, with what proves it`, async (t) => {
    const { statusCode, headers, rawPayload } = await api.get(file.url, {
      'accept-encoding': 'gzip, br, deflate',
    })
    t.equal(statusCode, 200)
    t.equal(rawPayload.length, file.bytes)
    t.equal(digestOf(rawPayload).toString('hex'), file.sha256)
    t.match(headers, {
      'content-type': file.media_type,
      'content-length': String(file.bytes),
      etag: etagOf(file),
      'repr-digest': `sha-256=:${digestOf(rawPayload).toString('base64')}:`,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'dataset-release': '1.0.1',
      'content-disposition': `inline; filename="${file.name}"`,
      'access-control-allow-origin': '*',
    })
    t.ok(Number.isFinite(Date.parse(String(headers['last-modified']))))
    t.equal(headers['content-encoding'], undefined, 'its bytes are what is promised')
    t.equal(headers['content-range'], undefined)
    t.match(headers.link, `<${publicUrl}${folder}/datapackage.json>; rel="describedby"`)
    t.equal(/csvm\+json/.test(String(headers.link)), file.name === 'findings.csv')

    const head = await api.app.inject({ method: 'HEAD', url: `${folder}/${file.name}` })
    t.equal(head.statusCode, 200)
    t.equal(head.body, '')
    t.same(fieldsOf(head.headers), fieldsOf(headers), 'HEAD says the same')
    for (const header of [
      etagOf(file),
      `W/${etagOf(file)}`,
      `"other", ${etagOf(file)}`,
      `W/"x",W/${etagOf(file)}`,
    ]) {
      const again = await api.get(file.url, { 'if-none-match': header, range: 'bytes=0-1' })
      t.equal(again.statusCode, 304, header)
      t.equal(again.body, '')
      t.match(again.headers, {
        etag: headers.etag,
        'cache-control': headers['cache-control'],
        'last-modified': headers['last-modified'],
        'dataset-release': '1.0.1',
      })
      t.equal(again.headers['content-range'], undefined)
    }
    for (const header of ['"other"', 'W/"other"', etagOf(file).slice(1, -1), '*'])
      t.equal((await api.get(file.url, { 'if-none-match': header })).statusCode, 200, header)
  })
}

/** Header fields but those of the one request and connection. */
function fieldsOf(headers: Readonly<Record<string, unknown>>) {
  const own = new Set(['request-id', 'date', 'connection', 'keep-alive'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)))
}

t.test('a file of one release is not that of another where they differ', async (t) => {
  const etag = async (version: string, name: string) =>
    String((await api.get(`/v1/releases/${version}/files/${name}`)).headers.etag)
  t.equal(await etag('1.0.0', 'findings.csv'), await etag('1.0.1', 'findings.csv'), 'no finding changed')
  t.not(await etag('1.0.0', 'jtai.sqlite'), await etag('1.0.1', 'jtai.sqlite'), 'an inspection did')
})

async function checkPart(t: Test, range: string, start: number, end: number): Promise<void> {
  const part = await api.get(large?.url ?? '', { range, 'accept-encoding': 'gzip' })
  t.equal(part.statusCode, 206, range)
  t.match(part.headers, {
    'content-range': `bytes ${start}-${end}/${whole.length}`,
    'content-length': String(end - start + 1),
    etag: large && etagOf(large),
    'repr-digest': `sha-256=:${digestOf(whole).toString('base64')}:`,
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  t.equal(part.headers['content-encoding'], undefined)
  t.ok(part.rawPayload.equals(whole.subarray(start, end + 1)), `${range}: ${part.rawPayload.length} bytes`)
}

const end = whole.length - 1
t.ok(whole.length > 5 * partSize, 'the file has several parts')

for (const [what, range, first, last] of [
  ['the first byte', 'bytes=0-0', 0, 0],
  ['the last byte', `bytes=${end}-${end}`, end, end],
  ['the last byte as a suffix', 'bytes=-1', end, end],
  ['a suffix of several parts', `bytes=-${partSize + 10}`, whole.length - partSize - 10, end],
  ['an open end', 'bytes=1000-', 1000, end],
  ['an end beyond the last byte', `bytes=1000-${whole.length}`, 1000, end],
  ['two bytes across a part', `bytes=${partSize - 1}-${partSize}`, partSize - 1, partSize],
  ['one part', `bytes=${partSize}-${2 * partSize - 1}`, partSize, 2 * partSize - 1],
  ['one part and a byte', `bytes=${partSize}-${2 * partSize}`, partSize, 2 * partSize],
  ['all but the first byte', `bytes=1-${end}`, 1, end],
  ['ranges that touch, as one', 'bytes=0-9,10-19', 0, 19],
] as const) {
  t.test(`a range of ${what}`, (t) => checkPart(t, range, first, last))
}

t.test('a range of all bytes and a suffix longer than the file are the whole file', async (t) => {
  for (const range of [
    'bytes=0-',
    `bytes=0-${end}`,
    `bytes=-${whole.length}`,
    `bytes=-${whole.length + 1}`,
    'bytes=-99999999999',
  ]) {
    const { statusCode, rawPayload } = await api.get(large.url, { range })
    t.match(statusCode, /^20[06]$/, range)
    t.ok(rawPayload.equals(whole), range)
  }
})

t.test('whatever range is asked for is that part of the whole', async (t) => {
  const near = fc
    .nat({ max: 6 })
    .chain((part) => fc.integer({ min: -3, max: 3 }).map((by) => part * partSize + by))
  const place = fc.oneof(fc.nat({ max: end }), near).map((at) => Math.min(Math.max(at, 0), end))
  const asked = fc.oneof(
    fc.tuple(place, place).map(([a, b]) => ({
      range: `bytes=${Math.min(a, b)}-${Math.max(a, b)}`,
      from: Math.min(a, b),
      to: Math.max(a, b),
    })),
    place.map((at) => ({ range: `bytes=${at}-`, from: at, to: end })),
    place.map((at) => ({ range: `bytes=-${at + 1}`, from: end - at, to: end })),
  )
  const details = await fc.check(
    fc.asyncProperty(asked, async ({ range, from, to }) => {
      const { statusCode, headers, rawPayload } = await api.get(large.url, { range })
      const isWhole = from === 0 && to === end
      return (
        statusCode === (isWhole ? 200 : 206) &&
        headers['content-range'] === (isWhole ? undefined : `bytes ${from}-${to}/${whole.length}`) &&
        headers['content-length'] === String(to - from + 1) &&
        rawPayload.equals(whole.subarray(from, to + 1))
      )
    }),
    { numRuns: 150 },
  )
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? 'holds')
})

t.test('a download that was broken off is completed by ranges', async (t) => {
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += 300_001) {
    const headers = { range: `bytes=${at}-${at + 300_000}`, 'if-range': etagOf(large) }
    const { statusCode, rawPayload } = await api.get(large.url, headers)
    t.equal(statusCode, 206)
    pieces.push(rawPayload)
  }
  t.equal(digestOf(Buffer.concat(pieces)).toString('hex'), large.sha256)
})

t.test('If-Range gives the part of this file only', async (t) => {
  const range = 'bytes=10-19'
  const lastModified = String((await api.get(large.url)).headers['last-modified'])
  t.equal((await api.get(large.url, { range, 'if-range': etagOf(large) })).statusCode, 206)
  for (const condition of ['"other"', `W/${etagOf(large)}`, new Date(0).toUTCString(), 'yesterday', '']) {
    const { statusCode, rawPayload, headers } = await api.get(large.url, { range, 'if-range': condition })
    t.equal(statusCode, 200, condition)
    t.equal(headers['content-range'], undefined)
    t.ok(rawPayload.equals(whole), condition)
  }
  // A date of two releases may be one: no date proves anything here, so the file comes whole.
  t.equal((await api.get(large.url, { range, 'if-range': lastModified })).statusCode, 200)
})

t.test('several ranges, ranges that mean nothing and other units give the whole file', async (t) => {
  for (const range of [
    ...[
      'bytes=0-9,20-29',
      'bytes=-5,0-4',
      'bytes',
      'bytes=',
      'bytes=a-b',
      'bytes=1',
      'bytes=1.5-2',
      'bytes=--5',
    ],
    ...['bytes=0x1-0x2', 'bytes=1e3-', 'items=0-9', 'items=99999999999-', 'none', '0-9', 'bytes=0-9,x'],
  ]) {
    const { statusCode, headers, rawPayload } = await api.get(large.url, { range })
    t.equal(statusCode, 200, range)
    t.equal(headers['content-range'], undefined, range)
    t.ok(rawPayload.equals(whole), range)
  }
})

t.test('a range that is not there is a 416 that tells the length', async (t) => {
  for (const range of [
    `bytes=${whole.length}-`,
    `bytes=${whole.length}-${whole.length + 9}`,
    'bytes=99999999999-',
    'bytes=-0',
  ]) {
    const { statusCode, headers, ...response } = await api.get(large.url, { range })
    t.equal(statusCode, 416, range)
    t.equal(headers['content-range'], `bytes */${whole.length}`, range)
    t.match(headers['content-type'], /^application\/problem\+json/)
    t.equal(headers['cache-control'], 'no-store')
    for (const name of ['etag', 'repr-digest', 'content-disposition', 'last-modified'])
      t.equal(headers[name], undefined, `${name} is not about a problem`)
    t.match(response.json(), {
      type: `${publicUrl}/problems/range-not-satisfiable`,
      status: 416,
      detail: `${whole.length} bytes`,
    })
  }
  const head = await api.app.inject({
    method: 'HEAD',
    url: `${folder}/${large.name}`,
    headers: { range: 'bytes=99999999999-' },
  })
  t.equal(head.statusCode, 200, 'a range is a matter of GET')
})

t.test('latest leads to the file of the current release', async (t) => {
  const { statusCode, headers } = await api.get('/v1/releases/latest/files/findings.csv')
  t.equal(statusCode, 307)
  t.equal(headers.location, `${publicUrl}/v1/releases/${realRelease}/files/findings.csv`)
  t.match(headers['cache-control'], /^public, max-age=\d{2}$/, 'for a while only')
  t.equal((await api.get('/v1/releases/latest/files')).statusCode, 307)
})

t.test('a file that is not there is a 404 that names those that are', async (t) => {
  t.match(await api.refuse(`${folder}/finding.csv`), {
    status: 404,
    type: `${publicUrl}/problems/not-found`,
    detail: /findings\.csv/,
    errors: [{ parameter: 'name', allowed: files.map(({ name }) => name), did_you_mean: 'findings.csv' }],
  })
  for (const name of [
    'FINDINGS.CSV',
    'findings.csv%20',
    '%2e%2e',
    '..%2f..%2fetc%2fpasswd',
    'findings.csv%00',
    'x'.repeat(100),
  ])
    t.equal((await api.get(`${folder}/${name}`)).statusCode, 404, name)
  for (const version of ['9.9.9', '1.0', 'x']) {
    const problem = await api.refuse(`/v1/releases/${version}/files/findings.csv`)
    t.match(problem, {
      status: 404,
      errors: [{ parameter: 'version', allowed: ['1.1.0', '1.0.1', '1.0.0'] }],
    })
    t.equal((await api.refuse(`/v1/releases/${version}/files`)).status, 404)
  }
  t.equal((await api.refuse(`${folder}/findings.csv?bom=true`)).status, 400, 'a file has no parameters')
})

t.test('what a client does not accept is a 406 that says what there is', async (t) => {
  for (const [name, accept] of [
    ['findings.csv', 'application/json'],
    ['jtai.sqlite', 'text/*'],
    ['findings.parquet', 'application/json, text/html;q=0.9'],
  ] as const) {
    const response = await api.get(`${folder}/${name}`, { accept })
    t.equal(response.statusCode, 406, name)
    const mediaType = files.find((file) => file.name === name)?.media_type.split(';')[0]
    t.match(response.json(), { type: `${publicUrl}/problems/not-acceptable`, detail: mediaType })
    for (const field of ['etag', 'repr-digest', 'content-disposition'])
      t.equal(response.headers[field], undefined)
  }
  for (const accept of ['*/*', 'text/csv', 'text/*;q=0.1', 'application/json, */*;q=0.1'])
    t.equal((await api.get(`${folder}/findings.csv`, { accept })).statusCode, 200, accept)
})

/** Gives a file of the invented world sixteen megabytes: more than a connection takes before anybody reads. */
async function growFile(): Promise<void> {
  await sql`DELETE FROM release_file_part WHERE release_id = 2 AND name = 'jtai.sqlite'`.execute(grown.owner)
  await sql`INSERT INTO release_file_part SELECT 2, 'jtai.sqlite', part, decode(repeat(md5(part::text), 16384), 'hex')
    FROM generate_series(0, 63) part`.execute(grown.owner)
  await sql`UPDATE release_file SET bytes = ${64 * partSize} WHERE release_id = 2 AND name = 'jtai.sqlite'`.execute(
    grown.owner,
  )
}
/** Takes the bytes away while something is done, so that every query for them fails. */
async function withoutParts(act: () => Promise<void>): Promise<void> {
  await sql`ALTER TABLE release_file_part RENAME TO part_away`.execute(grown.owner)
  try {
    await act()
  } finally {
    await sql`ALTER TABLE part_away RENAME TO release_file_part`.execute(grown.owner)
  }
}

const path = '/v1/releases/1.1.0/files/jtai.sqlite'

t.test('a long file arrives whole over a socket', async (t) => {
  const served = await serve(t, grown)
  const response = await served.open(path)
  t.equal(response.headers['content-length'], String(64 * partSize))
  const { body, complete } = await drain(response)
  t.ok(complete)
  t.equal(body.length, 64 * partSize)
  for (const part of [0, 1, 31, 63]) {
    const pattern = Buffer.from(createHash('md5').update(String(part)).digest('hex').repeat(16_384), 'hex')
    t.ok(
      body.subarray(part * partSize, (part + 1) * partSize).equals(pattern),
      `part ${part} stands in its place`,
    )
  }
  const head = await served.open(path, {}, 'HEAD')
  t.equal(head.headers['content-length'], String(64 * partSize))
  t.equal((await drain(head)).body.length, 0)
})

t.test('a failure in the middle of a file breaks the connection off', async (t) => {
  const served = await serve(t, grown, 1)
  for (const headers of [{}, { range: `bytes=10-${63 * partSize}` }]) {
    const response = await served.open(path, headers)
    t.match(response.statusCode, /^20[06]$/)
    await withoutParts(async () => {
      const { body, complete } = await drain(response)
      t.notOk(complete, 'the client sees that it is not whole')
      t.ok(body.length > 0 && body.length < 63 * partSize, `${body.length} bytes`)
      t.notMatch(body.subarray(-2_000).toString('latin1'), /problem|error|HTTP\/1\.1/i)
    })
  }
  const again = await served.open('/v1/releases/1.1.0/files/all.zip')
  t.equal(again.statusCode, 200, 'the next one is served')
  t.ok((await drain(again)).complete)
})

t.test('a part that is not there is no clean end, to a client of HTTP/1.0 either', async (t) => {
  const served = await serve(t, grown)
  const socket = connect(served.port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.0\r\n\r\n`)
  await once(socket, 'data')
  socket.pause()
  await withoutParts(async () => {
    socket.resume()
    const [error] = await once(socket, 'error')
    t.match(error, { code: 'ECONNRESET' })
  })
})

t.test('a failure before the first byte is a problem about nothing else', async (t) => {
  const served = await serve(t, grown, 1)
  await withoutParts(async () => {
    for (const [url, headers] of [
      [path, {}],
      [path, { range: 'bytes=0-9' }],
      ['/v1/releases/1.1.0/files/findings.csv', {}],
    ] as const) {
      const answer = await served.open(url, headers)
      t.ok([500, 503].includes(answer.statusCode ?? 0), `${answer.statusCode}`)
      t.match(answer.headers['content-type'], /^application\/problem\+json/)
      t.equal(answer.headers['cache-control'], 'no-store')
      for (const name of [
        'etag',
        'repr-digest',
        'content-disposition',
        'last-modified',
        'content-range',
        'accept-ranges',
      ])
        t.equal(answer.headers[name], undefined, `${name} is not about a problem`)
      const { body, complete } = await drain(answer)
      t.ok(complete)
      t.notMatch(body.toString(), /part_away|relation|SELECT/)
    }
    const head = await served.open(path, {}, 'HEAD')
    t.equal(head.statusCode, 200, 'what a file is, an instance knows without its bytes')
    await drain(head)
    const known = await served.open(path, { 'if-none-match': String(head.headers.etag) })
    t.equal(known.statusCode, 304)
    await drain(known)
  })
})

t.test('a client that leaves causes no further query, and one that waits holds no connection', async (t) => {
  const served = await serve(t, grown, 2)
  const response = await served.open(path)
  await once(response, 'data')
  response.pause()
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'jtai-api' AND state <> 'idle'`.execute(
    grown.owner,
  )
  t.ok(rows.length <= 1, 'at most the query under way')
  response.destroy()
  const gone = served.queries()
  t.ok(gone < 64)
  await new Promise((resolve) => setTimeout(resolve, 500))
  t.ok(served.queries() - gone <= 2, `${gone} queries, then ${served.queries()}`)
})

t.test('only so many long files are sent at once; short ones need no place', async (t) => {
  const served = await serve(t, grown, 1)
  const one = await served.open(path)
  const refused = await served.open(path)
  t.equal(refused.statusCode, 503)
  t.match(refused.headers['retry-after'], /^[1-9]\d*$/)
  for (const name of ['etag', 'repr-digest', 'content-disposition'])
    t.equal(refused.headers[name], undefined, name)
  await drain(refused)
  for (const [url, headers] of [
    ['/v1/releases/1.1.0/files/SHA256SUMS', {}],
    [path, { range: 'bytes=0-99' }],
    [path, { 'if-none-match': String(one.headers.etag) }],
  ] as const) {
    const answer = await served.open(url, headers)
    t.ok([200, 206, 304].includes(answer.statusCode ?? 0), url)
    await drain(answer)
  }
  t.ok((await drain(one)).complete)
})

t.test(
  'a short file needs no accepted type spelled out, and is served by every instance alike',
  async (t) => {
    const other = await openApp(t, 'real', { publicUrl: 'http://other.test' })
    for (const name of [small.name, 'SHA256SUMS', 'findings.xlsx']) {
      const [here, there] = await Promise.all([api.get(`${folder}/${name}`), other.get(`${folder}/${name}`)])
      t.ok(here.rawPayload.equals(there.rawPayload), name)
      t.equal(here.headers.etag, there.headers.etag, 'the validator is of the bytes, not of the place')
    }
    t.not(fixture.catalogue.current().release.version, '1.0.1')
  },
)
