// Whole-set exports of findings: every row and column against the database, every selection against the list.
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { publish } from '../../src/dataset/publish.ts'
import type { Owner } from '../../src/db/client.ts'
import { type List, openApp, publicUrl, type TestApp } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { filtersOf, queryOf } from '../support/filters.ts'
import { growRelease } from '../support/large-release.ts'
import { type Finding, idsOf, selectFindings, snapshotOf, sorts } from '../support/oracle.ts'
import { addRecords, addRelease, copyReleases, sealReleases } from '../support/releases.ts'
import { serve } from '../support/serve.ts'
import { parseCsv } from '../support/tables.ts'

const fixture = await openApp(t, 'fixture')
const real = await openApp(t, 'real')
const snapshots = {
  fixture: snapshotOf(),
  real: buildReleases().at(-1)?.snapshot ?? snapshotOf(),
}
const worlds = [
  { world: 'the invented world', api: fixture, snapshot: snapshots.fixture, numRuns: 40 },
  { world: 'the real data', api: real, snapshot: snapshots.real, numRuns: 12 },
] as const

const header =
  'id,programme,scope,inspection,area,area_name,gss_code,region,published_on,kind,section,basis,agencies,agency_labels,themes,theme_labels,summary,page,item,source_title,source_url,note,url'
const columns = header.split(',')
const extensions = ['.csv', '.ndjson', '.json', '.xlsx'] as const

type Row = Finding & { readonly url: string }

const bodyOf = async (api: TestApp, address: string): Promise<string> => {
  const { statusCode, body } = await api.get(address)
  if (statusCode !== 200) throw new Error(`${address}: ${statusCode} ${body}`)
  return body
}
const table = async (api: TestApp, query = '', base = '/v1') =>
  parseCsv(await bodyOf(api, `${base}/findings.csv?${query}`))
const rows = async (api: TestApp, query = '', base = '/v1') => (await table(api, query, base)).slice(1)
const lines = async (api: TestApp, query = '', base = '/v1'): Promise<string[]> => {
  const body = await bodyOf(api, `${base}/findings.ndjson?${query}`)
  return body.split('\n').slice(0, -1)
}
const json = (api: TestApp, query = '', base = '/v1') => api.read<List<Row>>(`${base}/findings.json?${query}`)
const idsIn = (records: readonly (readonly string[])[]): string[] => records.map(([id = '']) => id)

/** The list, walked to its end. */
async function walk(api: TestApp, query: string): Promise<Row[]> {
  const found: Row[] = []
  for (let next: string | null = `/v1/findings?limit=500&${query}`; next !== null; ) {
    const { data, page }: List<Row> = await api.read<List<Row>>(next)
    found.push(...data)
    next = page.next
  }
  return found
}

/** Every row of the table in the default order, put together by the database alone. */
async function readTable(owner: Owner, version: string, base: string): Promise<string[][]> {
  const joined = (table: string, code: string, what: string) => sql`(
    SELECT string_agg(${sql.ref(what)}, ';' ORDER BY link.position)
    FROM ${sql.table(`finding_${table}`)} link JOIN ${sql.table(table)} code
      ON (code.release_id, code.id) = (link.release_id, ${sql.ref(code)})
    WHERE (link.release_id, link.finding_id) = (f.release_id, f.id))`
  const result = await sql<{ cells: (string | null)[] }>`
    SELECT ARRAY[f.id, f.programme_id, f.scope, f.inspection_id, f.area_id, a.name, a.gss_code, a.region,
      f.published_on::text, f.kind, f.section, f.basis,
      ${joined('agency', 'link.agency_id', 'code.id')}, ${joined('agency', 'link.agency_id', 'code.label')},
      ${joined('theme', 'link.theme_id', 'code.id')}, ${joined('theme', 'link.theme_id', 'code.label')},
      f.summary, e.page::text, e.item::text, p.title, p.url || CASE WHEN e.page IS NULL THEN '' ELSE '#page=' || e.page END,
      f.note, ${base}::text || '/findings/' || f.id] AS cells
    FROM release r JOIN finding f ON f.release_id = r.id
    LEFT JOIN area a ON (a.release_id, a.id) = (r.id, f.area_id)
    JOIN evidence e ON (e.release_id, e.finding_id, e.position) = (r.id, f.id, 1)
    JOIN publication p ON (p.release_id, p.id) = (r.id, e.publication_id)
    WHERE r.version = ${version} ORDER BY f.published_on DESC, f.id`.execute(owner)
  return result.rows.map(({ cells }) => cells.map((cell) => cell ?? ''))
}

t.test('the header of the CSV is the one promised', async (t) => {
  const [first] = (await bodyOf(fixture, '/v1/findings.csv')).split('\r\n')
  t.equal(first, header)
})

for (const { world, api, snapshot, numRuns } of worlds) {
  const current = api.catalogue.current().release.version

  t.test(`every cell of the CSV of ${world} is what the database holds`, async (t) => {
    for (const { version } of api.catalogue.releases()) {
      const base = `/v1/releases/${version}`
      const expected = await readTable(api.database.owner, version, publicUrl + base)
      t.not(expected.length, 0)
      t.same(await table(api, '', base), [columns, ...expected], version)
    }
    const expected = await readTable(api.database.owner, current, `${publicUrl}/v1`)
    t.same(await table(api), [columns, ...expected], 'the current release')
  })

  t.test(`NDJSON and JSON of ${world} hold the findings as the list has them, to the letter`, async (t) => {
    const expected = await walk(api, '')
    t.same(
      expected.map(({ url: _url, ...finding }) => finding),
      selectFindings(snapshot, {}),
    )
    const texts = expected.map((finding) => JSON.stringify(finding))
    t.same(await lines(api), texts)
    const { data, page, meta } = await json(api)
    t.same(
      data.map((finding) => JSON.stringify(finding)),
      texts,
    )
    t.same(page, { limit: null, count: texts.length, total: texts.length, next: null, prev: null })
    t.match(meta, {
      release: current,
      query: '',
      permalink: `${publicUrl}/v1/releases/${current}/findings.json`,
    })
  })

  t.test(
    `any selection of ${world} is the same, in the same order, in every export and in the list`,
    async (t) => {
      const cells = new Map((await rows(api)).map((row) => [row[0], row]))
      await fc.assert(
        fc.asyncProperty(filtersOf(snapshot), fc.constantFrom(...sorts), async (given, sort) => {
          const query = queryOf({ ...given, sort })
          const expected = await walk(api, query)
          const ids = idsOf(expected)
          t.same(ids, idsOf(selectFindings(snapshot, given, sort)), query)
          t.same(
            await rows(api, query),
            ids.map((id) => cells.get(id)),
            `CSV, ${query}`,
          )
          const texts = expected.map((finding) => JSON.stringify(finding))
          t.same(await lines(api, query), texts, `NDJSON, ${query}`)
          const { data, page } = await json(api, query)
          t.same(
            data.map((finding) => JSON.stringify(finding)),
            texts,
            `JSON, ${query}`,
          )
          t.match(page, { count: ids.length, total: ids.length })
        }),
        { numRuns },
      )
    },
  )

  t.test(`layouts of ${world} have a row for each finding and code as coded`, async (t) => {
    for (const [layout, many, labels] of [
      ['by-agency', 'agencies', 'agency_labels'],
      ['by-theme', 'themes', 'theme_labels'],
    ] as const) {
      const [code, label] = [columns.indexOf(many), columns.indexOf(labels)]
      const expected = (await rows(api)).flatMap((row) =>
        (row[code] ?? '')
          .split(';')
          .map((one, at) => row.with(code, one).with(label, row[label]?.split(';')[at] ?? '')),
      )
      const found = await rows(api, `layout=${layout}`)
      t.same(found, expected, layout)
      t.ok(found.length > snapshot.finding.size, 'some finding has several')
      t.same(
        [...new Set(idsIn(found))],
        idsOf(selectFindings(snapshot, {})),
        'distinct identifiers are the list',
      )
    }
  })

  t.test(`a search of ${world} is exported in every order`, async (t) => {
    for (const sort of [...sorts, 'relevance']) {
      const query = `q=children+OR+visit&sort=${sort}`
      const expected = idsOf(await walk(api, query))
      t.not(expected.length, 0)
      t.same(idsIn(await rows(api, query)), expected, `CSV, ${sort}`)
      t.same(
        (await lines(api, query)).map((line) => JSON.parse(line).id),
        expected,
        `NDJSON, ${sort}`,
      )
      t.same(idsOf((await json(api, query)).data), expected, `JSON, ${sort}`)
    }
  })
}

t.test(
  'a layout keeps to the filters of findings, and shows all codes of what they let through',
  async (t) => {
    const [agency = ''] = snapshots.fixture.agency.keys()
    const found = await rows(fixture, `agency=${agency}&layout=by-agency`)
    const expected = selectFindings(snapshots.fixture, { agency: [agency] })
    t.same(
      found.map((row) => [row[0], row[columns.indexOf('agencies')]]),
      expected.flatMap(({ id, agencies }) => agencies.map((code) => [id, code])),
    )
  },
)

t.test('an identifier as q is exported as that finding', async (t) => {
  t.same(idsIn(await rows(fixture, 'q=northmoor-2016-001')), ['northmoor-2016-001'])
})

t.test('a release that is no longer the newest is exported as it was', async (t) => {
  const ids = idsOf(selectFindings(snapshotOf('1.0.0'), {}))
  const base = '/v1/releases/1.0.0'
  t.same(idsIn(await rows(fixture, '', base)), ids)
  t.same(
    (await lines(fixture, '', base)).map((line) => JSON.parse(line).id),
    ids,
  )
  const { data, meta } = await json(fixture, '', base)
  t.same(idsOf(data), ids)
  t.equal(meta.release, '1.0.0')
  t.not(idsOf(selectFindings(snapshots.fixture, {})).join(), ids.join(), 'which differs from the newest')
})

t.test('latest leads to the export of the newest release', async (t) => {
  const { statusCode, headers } = await fixture.get('/v1/releases/latest/findings.csv?kind=strength')
  t.equal(statusCode, 307)
  t.equal(headers.location, `${publicUrl}/v1/releases/1.1.0/findings.csv?kind=strength`)
})

t.test('fields takes columns away and never changes their order', async (t) => {
  const whole = await table(fixture)
  const some = fc.subarray(columns, { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(some, fc.infiniteStream(fc.nat()), async (chosen, keys) => {
      const shuffled = chosen
        .map((column) => ({ column, key: keys.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ column }) => column)
      const at = chosen.map((column) => columns.indexOf(column))
      t.same(
        await table(fixture, `fields=${shuffled}`),
        whole.map((row) => at.map((index) => row[index])),
        `fields=${shuffled}`,
      )
    }),
    { numRuns: 20 },
  )
})

t.test('fields of NDJSON and JSON are those of the list', async (t) => {
  const query = 'fields=summary,id,evidence&kind=strength'
  const texts = (await walk(fixture, query)).map((row) => JSON.stringify(row))
  t.same(Object.keys(JSON.parse(texts[0] ?? '{}')).length, 3)
  t.same(await lines(fixture, query), texts)
  t.same(
    (await json(fixture, query)).data.map((row) => JSON.stringify(row)),
    texts,
  )
})

t.test('a byte order mark comes only when it is asked for', async (t) => {
  const { rawPayload: plain } = await fixture.get('/v1/findings.csv')
  const { rawPayload: marked } = await fixture.get('/v1/findings.csv?bom=true')
  t.same(marked, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain]))
})

t.test(
  'what is not data is not there: an empty selection is a header, no line, or an empty list',
  async (t) => {
    const query = 'published_to=1950-01-01'
    t.equal(await bodyOf(fixture, `/v1/findings.csv?${query}`), `${header}\r\n`)
    t.equal(await bodyOf(fixture, `/v1/findings.ndjson?${query}`), '')
    t.match(await json(fixture, query), { data: [], page: { count: 0, total: 0 } })
  },
)

t.test('awkward characters come through as they were written', async (t) => {
  const root = copyReleases(t)
  const api = await openApp(t, 'fixture')
  const finding = snapshots.fixture.finding.get('northmoor-2016-017')
  const texts = [
    'Commas, "quotes", \'apostrophes\' and a; semicolon.',
    '"Quoted from the first to the last"',
    'Sankt Änna → Pont-Écouté – “curly” … 你好 مرحبا 👩‍👧‍👦 e\u{301}',
    '<b>&amp; no markup</b> \\n %20 {{x}} $y',
    ',,,',
    'a "" b',
    'x = 1 + 2 @ 3 - 4, formulas inside only',
  ]
  addRelease(root, '1.2.0')
  const records = texts.map((text, at) => ({
    ...structuredClone(finding), // YAML would have the later ones refer to the first
    id: `northmoor-2016-90${at}`,
    summary: text,
    note: text,
  }))
  addRecords(root, '1.2.0/added/findings.yaml', ...records)
  sealReleases(root)
  t.same(await publish(api.database.owner, root), ['1.2.0'])
  while (api.catalogue.current().release.version !== '1.2.0') await sleep(50) // tap's timeout ends it
  const [summary, note] = [columns.indexOf('summary'), columns.indexOf('note')]
  const written = new Map(records.map(({ id, summary }) => [id, summary]))
  const found = (await rows(api, 'inspection=northmoor-2016')).filter(([id = '']) => written.has(id))
  t.equal(found.length, texts.length)
  for (const row of found) {
    t.equal(row[summary], written.get(row[0] ?? ''))
    t.equal(row[note], written.get(row[0] ?? ''))
  }
  for (const line of await lines(api, 'inspection=northmoor-2016')) {
    const { id, summary } = JSON.parse(line)
    if (written.has(id)) t.equal(summary, written.get(id))
  }
  t.same(await table(api, '', '/v1/releases/1.2.0'), [
    columns,
    ...(await readTable(api.database.owner, '1.2.0', `${publicUrl}/v1/releases/1.2.0`)),
  ])
})

const contentTypes = {
  '.csv': 'text/csv; charset=utf-8; header=present',
  '.ndjson': 'application/x-ndjson; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

t.test('every export says what it is, of which release, and where it stays', async (t) => {
  for (const extension of extensions) {
    const { headers } = await fixture.get(`/v1/findings${extension}?kind=strength&area=northmoor`)
    t.equal(headers['content-type'], contentTypes[extension])
    t.equal(headers['dataset-release'], '1.1.0', extension)
    t.match(headers.etag, /^W\/"[\w-]+"$/, extension)
    t.match(headers['cache-control'], /^public, max-age=300,/, extension)
    t.match(headers.vary, /accept-encoding/i, extension)
    t.equal(headers['access-control-allow-origin'], '*', extension)
    const links = String(headers.link).split(', ')
    t.match(links, [
      `<${publicUrl}/v1/releases/1.1.0/findings${extension}?area=northmoor&kind=strength>; rel="canonical"`,
    ])
    t.match(links.join(), /rel="describedby"/, extension)
    t.match(links.join(), /rel="license"/, extension)
    const pinned = await fixture.get(`/v1/releases/1.0.0/findings${extension}`)
    t.equal(pinned.headers['cache-control'], 'public, max-age=86400', extension)
    t.equal(pinned.headers['dataset-release'], '1.0.0', extension)
    t.match(pinned.headers.link, `<${publicUrl}/v1/releases/1.0.0/findings${extension}>; rel="canonical"`)
  }
})

t.test('the list links every export of the same selection', async (t) => {
  const { headers } = await fixture.get('/v1/findings?kind=strength&limit=5&sort=id')
  for (const extension of extensions) {
    const address = `${publicUrl}/v1/findings${extension}?kind=strength&sort=id`
    t.match(headers.link, `<${address}>; rel="alternate"; type="${contentTypes[extension].split(';')[0]}"`)
    t.equal((await fixture.get(address)).statusCode, 200, address)
  }
})

t.test('a file is named after what it holds', async (t) => {
  const names = {
    '/v1/findings.csv': 'jtai-findings-1.1.0.csv',
    '/v1/releases/1.0.0/findings.ndjson': 'jtai-findings-1.0.0.ndjson',
    '/v1/findings.xlsx?kind=strength': 'jtai-findings-1.1.0-kind-strength.xlsx',
    '/v1/findings.csv?kind=strength&area=northmoor,eastvale&bom=true&sort=id&fields=id':
      'jtai-findings-1.1.0-area-eastvale-northmoor-kind-strength.csv',
    '/v1/findings.csv?layout=by-agency': 'jtai-findings-1.1.0-layout-by-agency.csv',
    '/v1/findings.json?q=%22%3B+filename%3D%E4%BD%A0+%C3%A9+warden':
      /^jtai-findings-1\.1\.0-q-[a-z0-9-]*warden\.json$/i,
  }
  for (const [address, name] of Object.entries(names)) {
    const { headers } = await fixture.get(address)
    const [, found = ''] = /^inline; filename="([^"\\]*)"$/.exec(String(headers['content-disposition'])) ?? []
    t.match(found, name, address)
    t.match(found, /^[\w.-]+$/, address)
  }
  const longest = await fixture.get(`/v1/findings.csv?q=${'warden'.repeat(30)}`)
  t.ok(String(longest.headers['content-disposition']).length < 200)
  for (const extension of extensions) {
    const { headers } = await fixture.get(`/v1/findings${extension}?download=true`)
    t.equal(headers['content-disposition'], `attachment; filename="jtai-findings-1.1.0${extension}"`)
  }
})

t.test('a default spelled out is the same answer', async (t) => {
  const plain = await fixture.get('/v1/findings.csv')
  for (const query of ['bom=false', 'download=false', 'sort=-published_on', 'rollup=true']) {
    const { headers, body } = await fixture.get(`/v1/findings.csv?${query}`)
    for (const name of ['etag', 'link', 'content-disposition', 'content-type']) {
      t.equal(headers[name], plain.headers[name], `${query}, ${name}`)
    }
    t.equal(body, plain.body, query)
  }
})

t.test('every format, query and release has its own validator, which answers 304', async (t) => {
  const seen = new Set<unknown>()
  const addresses = extensions.flatMap((extension) => [
    `/v1/findings${extension}`,
    `/v1/findings${extension}?kind=strength`,
    `/v1/findings${extension}?download=true`,
    `/v1/releases/1.0.0/findings${extension}`,
  ])
  for (const address of [...addresses, '/v1/findings.csv?bom=true', '/v1/findings.csv?layout=by-theme']) {
    const { etag } = (await fixture.get(address)).headers
    seen.add(etag)
    const { statusCode, body, headers } = await fixture.get(address, { 'if-none-match': String(etag) })
    t.equal(statusCode, 304, address)
    t.equal(body, '')
    t.equal(headers.etag, etag)
    t.match(headers['dataset-release'], /^1\.[01]\.0$/)
    t.equal((await fixture.get(address, { 'if-none-match': 'W/"x"' })).statusCode, 200, address)
  }
  t.equal(seen.size, addresses.length + 2)
})

t.test('HEAD and 304 run no query', async (t) => {
  const { app, queries } = await serve(t, fixture.database)
  let asked = queries()
  for (const extension of extensions) {
    const url = `/v1/findings${extension}`
    const get = await app.inject(url)
    const before = queries()
    t.ok(before > asked, 'a GET does')
    asked = before
    const head = await app.inject({ method: 'HEAD', url })
    t.equal(head.statusCode, 200, extension)
    t.equal(head.body, '')
    for (const name of ['etag', 'link', 'content-type', 'content-disposition', 'dataset-release']) {
      t.equal(head.headers[name], get.headers[name], `${extension}, ${name}`)
    }
    t.equal(queries(), before, `HEAD of ${extension}`)
    const { statusCode } = await app.inject({ url, headers: { 'if-none-match': String(get.headers.etag) } })
    t.equal(statusCode, 304)
    t.equal(queries(), before, `304 of ${extension}`)
  }
})

t.test('an Accept that excludes an export is told where the others are', async (t) => {
  for (const extension of extensions) {
    const problem = await fixture.refuse(`/v1/releases/1.1.0/findings${extension}`, { accept: 'image/png' })
    t.match(problem, { status: 406, type: `${publicUrl}/problems/not-acceptable` })
    for (const other of ['', ...extensions].filter((one) => one !== extension)) {
      const named = problem.detail.split(/[\s,]+/).map((word) => word.replace(/\.$/, ''))
      t.ok(named.includes(`/v1/releases/1.1.0/findings${other}`), `${extension} names ${other}`)
    }
    for (const accept of [contentTypes[extension].split(';')[0] ?? '', '*/*', 'text/html, */*;q=0.1']) {
      t.equal((await fixture.get(`/v1/findings${extension}`, { accept })).statusCode, 200, accept)
    }
  }
  t.match(await fixture.refuse('/v1/findings', { accept: 'text/csv' }), {
    status: 406,
    detail: /\/v1\/findings\.csv/,
  })
})

t.test('what an export does not know is refused by name', async (t) => {
  for (const extension of extensions) {
    const notCsv = extension === '.csv' ? [] : ['layout=by-agency', 'bom=true']
    const always = ['limit=5', 'cursor=x', 'expand=area', 'sort=relevance', 'sort=kind', 'fields=nothing']
    for (const query of [...always, ...notCsv, 'kind=', 'area=nowhere', 'download=yes', 'q=the', 'x=1']) {
      const problem = await fixture.refuse(`/v1/findings${extension}?${query}`)
      t.equal(problem.status, 400, `${extension}?${query}`)
      t.match(problem.errors, [{ parameter: query.split('=')[0] }], `${extension}?${query}`)
    }
  }
  for (const query of ['layout=by-area', 'layout=by-agency,by-theme', 'bom=1', 'fields=evidence']) {
    const problem = await fixture.refuse(`/v1/findings.csv?${query}`)
    t.match(problem, { status: 400, errors: [{ parameter: query.split('=')[0] }] }, query)
  }
})

t.test('compressed exports are the same once they are unpacked', async (t) => {
  for (const extension of ['.csv', '.ndjson', '.json']) {
    const plain = await real.get(`/v1/findings${extension}`)
    t.equal(plain.headers['content-encoding'], undefined)
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const packed = await real.get(`/v1/findings${extension}`, { 'accept-encoding': encoding })
      t.equal(packed.headers['content-encoding'], encoding, extension)
      t.equal(packed.headers.etag, plain.headers.etag)
      t.ok(packed.rawPayload.length < plain.rawPayload.length)
      t.ok(unpack(packed.rawPayload).equals(plain.rawPayload), `${extension}, ${encoding}`)
    }
  }
  const { headers } = await real.get('/v1/findings.xlsx?kind=strength', { 'accept-encoding': 'gzip, br' })
  t.equal(headers['content-encoding'], undefined, 'a workbook is compressed already')
})

t.test('a release of many slices comes whole and in order; too much for relevance is refused', async (t) => {
  const database = await createDatabase(t, 'fixture')
  await growRelease(database.owner, 4_321)
  const { app } = await serve(t, database)
  const read = async (url: string) => (await app.inject(url)).body
  for (const [sort, order] of [
    ['-published_on', sql`published_on DESC, id`],
    ['published_on', sql`published_on, id`],
    ['id', sql`id`],
    ['-id', sql`id DESC`],
  ] as const) {
    const { rows } = await sql<{ id: string }>`
      SELECT id FROM finding WHERE release_id = (SELECT max(id) FROM release) ORDER BY ${order}`.execute(
      database.owner,
    )
    const ids = idsOf(rows)
    t.equal(ids.length, 4_321)
    t.same(idsIn(parseCsv(await read(`/v1/findings.csv?sort=${sort}`)).slice(1)), ids, `CSV, ${sort}`)
    const ndjson = (await read(`/v1/findings.ndjson?sort=${sort}`)).split('\n').slice(0, -1)
    t.same(
      ndjson.map((line) => JSON.parse(line).id),
      ids,
      `NDJSON, ${sort}`,
    )
    const { data, page }: List<Row> = JSON.parse(await read(`/v1/findings.json?sort=${sort}`))
    t.same(idsOf(data), ids, `JSON, ${sort}`)
    t.match(page, { count: 4_321, total: 4_321 })
  }
  // Most slices are empty, at the beginning, in the middle or at the end.
  for (const query of ['kind=context', 'basis=reported', 'scope=national', 'area=eastvale']) {
    const ids = idsIn(parseCsv(await read(`/v1/findings.csv?sort=id&${query}`)).slice(1))
    const { data }: List<Row> = JSON.parse(await read(`/v1/findings.json?sort=id&${query}`))
    t.not(ids.length, 0, query)
    t.same(idsOf(data), ids, query)
  }

  const query =
    'q=child+OR+children+OR+warden+OR+path+OR+health+OR+canal+OR+ferry&sort=relevance&rollup=false'
  for (const extension of extensions) {
    const response = await app.inject(`/v1/findings${extension}?${query}`)
    t.equal(response.statusCode, 400, extension)
    const { detail, type } = response.json()
    t.equal(type, `${publicUrl}/problems/too-many-rows`)
    const [address = ''] = /http:\S+/.exec(detail) ?? []
    t.match(address, `${publicUrl}/v1/findings.csv?`)
    const whole = await app.inject(address.replace(publicUrl, ''))
    t.equal(whole.statusCode, 200, address)
    t.equal(
      parseCsv(whole.body).length - 1,
      Number(/^\d+/.exec(detail)?.[0]),
      'it holds as many as were told',
    )
  }
})
