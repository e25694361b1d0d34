// CSV of the small lists: the same records as the JSON list, a column for each field.
import t from 'tap'
import { type List, openApp, publicUrl } from '../support/app.ts'
import { parseCsv } from '../support/tables.ts'

const fixture = await openApp(t, 'fixture')
const real = await openApp(t, 'real')

const counted =
  'counts_total,counts_strength,counts_area_for_improvement,counts_context,links_self,links_findings'
// What people's spreadsheets are built on: columns are only ever appended.
const headers = {
  areas: `id,name,local_authority,gss_code,authority_type,region,region_name,region_gss_code,police_force,police_force_area_gss_code,ofsted_urn,${counted}`,
  inspections: `id,programme,area,fieldwork_start,fieldwork_end,published_on,letter,inspectorates,response_lead,response_contributors,response_due_on,safeguarding_children_board,health_bodies_named,${counted}`,
  publications: `id,type,title,publisher,published_on,url,pages,sha256,licence,inspection,note,${counted}`,
  agencies: `id,label,definition,broader,${counted}`,
  themes: `id,label,definition,broader,${counted}`,
} as const
const lists = ['areas', 'inspections', 'publications', 'agencies', 'themes'] as const

type Json = Readonly<Record<string, unknown>>

/** The cell of a column as text, read from the JSON of the record. */
function cellOf(record: Json, column: string): string {
  const [, inside, part] = /^(counts|links)_(.+)$/.exec(column) ?? []
  const value: unknown =
    inside === undefined ? record[column] : Reflect.get(Object(record[inside]), part ?? '')
  if (value === undefined) throw new Error(`${column} is not in ${JSON.stringify(record)}`)
  // A text that holds the mark between values has a comma in its place.
  if (Array.isArray(value)) return value.map((one) => String(one).replaceAll(';', ',')).join(';')
  return value === null ? '' : String(value)
}

const read = async (api: typeof fixture, address: string): Promise<string[][]> => {
  const { statusCode, body } = await api.get(address)
  if (statusCode !== 200) throw new Error(`${address}: ${statusCode} ${body}`)
  return parseCsv(body)
}

for (const list of lists) {
  t.test(`/${list}.csv has the columns promised and every record of the list`, async (t) => {
    for (const [api, base] of [
      [fixture, '/v1'],
      [fixture, '/v1/releases/1.0.0'],
      [real, '/v1'],
    ] as const) {
      const [columns = [], ...rows] = await read(api, `${base}/${list}.csv`)
      t.equal(columns.join(), headers[list])
      const { data } = await api.read<List<Json>>(`${base}/${list}`)
      t.not(data.length, 0)
      t.same(
        rows,
        data.map((record) => columns.map((column) => cellOf(record, column))),
        base,
      )
    }
  })

  t.test(`/${list}.csv says what it is and is refused what it does not know`, async (t) => {
    const address = `/v1/${list}.csv`
    const response = await fixture.get(address)
    t.equal(response.headers['content-type'], 'text/csv; charset=utf-8; header=present')
    t.equal(response.headers['content-disposition'], `inline; filename="jtai-${list}-1.1.0.csv"`)
    t.equal(response.headers['dataset-release'], '1.1.0')
    t.match(response.headers.link, `<${publicUrl}/v1/releases/1.1.0/${list}.csv>; rel="canonical"`)
    t.match(response.headers.link, 'rel="describedby"')
    const saved = await fixture.get(`${address}?download=true`)
    t.equal(saved.headers['content-disposition'], `attachment; filename="jtai-${list}-1.1.0.csv"`)
    t.equal(saved.body, response.body)
    const marked = await fixture.get(`${address}?bom=true`)
    t.same(marked.rawPayload, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), response.rawPayload]))
    const spelled = await fixture.get(`${address}?bom=false&download=false`)
    t.equal(spelled.body, response.body)
    t.equal(spelled.headers.etag, response.headers.etag)

    const etag = String(response.headers.etag)
    t.equal((await fixture.get(address, { 'if-none-match': etag })).statusCode, 304)
    t.not((await fixture.get(`/v1/${list}`)).headers.etag, etag)
    const head = await fixture.app.inject({ method: 'HEAD', url: address })
    t.equal(head.statusCode, 200)
    t.equal(head.body, '')
    t.equal(head.headers['content-type'], response.headers['content-type'])

    t.match(await fixture.refuse(address, { accept: 'application/json' }), {
      status: 406,
      detail: `/v1/${list}.`,
    })
    t.match(await fixture.refuse(`/v1/${list}`, { accept: 'text/csv' }), { status: 406, detail: address })
    for (const query of ['limit=1', 'fields=id', 'bom=yes', 'layout=by-agency', 'cursor=x']) {
      const problem = await fixture.refuse(`${address}?${query}`)
      t.match(problem, { status: 400, errors: [{ parameter: query.split('=')[0] }] }, query)
    }
    t.match(
      (await fixture.get(`/v1/${list}`)).headers.link,
      `<${publicUrl}/v1/${list}.csv>; rel="alternate"; type="text/csv"`,
    )
  })
}

t.test('publications as CSV take the filters and orders of the list', async (t) => {
  for (const query of [
    'type=inspection_letter',
    'type=guidance,announcement&sort=published_on',
    'published_from=2017-01-01&sort=-published_on',
    'published_to=1950-01-01',
  ]) {
    const { data } = await real.read<List<Json>>(`/v1/publications?${query}`)
    const [, ...rows] = await read(real, `/v1/publications.csv?${query}`)
    t.same(
      rows.map(([id]) => id),
      data.map(({ id }) => id),
      query,
    )
  }
  t.equal((await fixture.get('/v1/publications.csv?type=nothing')).statusCode, 400)
  t.equal(
    (await fixture.get('/v1/publications.csv?published_from=2018-01-01&published_to=2017-01-01')).statusCode,
    400,
  )
  const { headers } = await fixture.get('/v1/publications.csv?type=guidance')
  t.match(headers['content-disposition'], 'jtai-publications-1.1.0-type-guidance.csv')
})

t.test('/releases.csv lists every release as the JSON does', async (t) => {
  const { data } = await fixture.read<List<Json>>('/v1/releases')
  const [columns = [], ...rows] = await read(fixture, '/v1/releases.csv')
  t.same(columns.slice(0, 4), ['version', 'released_at', 'coded_on', 'notes'])
  t.same(
    rows,
    data.map((record) => columns.map((column) => cellOf(record, column))),
  )
  t.match(
    (await fixture.get('/v1/releases.csv')).headers['content-disposition'],
    'filename="jtai-releases-1.1.0.csv"',
  )
})

t.test('an item has no CSV: its identifier holds no dot', async (t) => {
  t.equal((await fixture.get('/v1/areas/northmoor.csv')).statusCode, 404)
})
