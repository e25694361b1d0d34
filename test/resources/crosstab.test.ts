// The crosstab: counts by two dimensions, their totals and their addresses, against what the invented world holds.
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { queryOf } from '../support/filters.ts'
import { type Filters, type Finding, selectFindings, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')
const snapshot = snapshotOf()
const axes = ['area', 'agency', 'theme', 'kind', 'section', 'region', 'basis'] as const

interface Counted {
  readonly id: string | null
  readonly label: string
  readonly count: number
  readonly url: string
}

interface Cell {
  readonly row: string | null
  readonly col: string | null
  readonly count: number
  readonly url: string
}

interface Crosstab {
  readonly rows: string
  readonly cols: string
  readonly measure: string
  readonly level: string
  readonly total: Counted
  readonly row_values: readonly Counted[]
  readonly col_values: readonly Counted[]
  readonly cells: readonly Cell[]
}

const read = async (query: string, root = '/v1') =>
  (await api.read<Item<Crosstab>>(`${root}/findings/crosstab?${query}`)).data

const findCell = ({ cells }: Crosstab, row: string | null, col: string | null): Cell | undefined =>
  cells.find((cell) => cell.row === row && cell.col === col)

/** The findings an address asks for, read as a person would read it. */
function findingsAt(url: string): Finding[] {
  const given = [...new URL(url).searchParams].map(([key, value]) => [
    key,
    key === 'rollup' ? value === 'true' : key.startsWith('published') ? value : value.split(','),
  ])
  const filters: Filters = Object.fromEntries(given)
  return selectFindings(snapshot, filters)
}

const countInspections = (findings: readonly Finding[]): number =>
  new Set(findings.flatMap(({ inspection }) => inspection ?? [])).size

t.test('it says what it counts, and counts inspections of broad codes when nothing is said', async (t) => {
  const { data, meta } = await api.read<Item<Crosstab>>('/v1/findings/crosstab?rows=agency&cols=kind')
  t.match(data, { rows: 'agency', cols: 'kind', measure: 'inspections', level: 'broad' })
  t.equal(meta.query, 'cols=kind&rows=agency')
  t.equal(data.total.count, 5)
  t.equal(data.total.url, `${publicUrl}/v1/findings?scope=area`, 'no inspection has a national finding')
})

t.test(
  'a default that is said is dropped from the query, and another measure or level is kept',
  async (t) => {
    const query = async (more: string) =>
      (await api.read<Item<Crosstab>>(`/v1/findings/crosstab?rows=agency&cols=kind&${more}`)).meta.query
    t.equal(await query('measure=inspections&level=broad&rollup=true'), 'cols=kind&rows=agency')
    t.equal(
      await query('measure=findings&level=narrow'),
      'cols=kind&level=narrow&measure=findings&rows=agency',
    )
  },
)

t.test('every cell is there, row by row in code-list order, zeros too', async (t) => {
  const broad = [...snapshot.agency.values()].filter(({ broader }) => broader === null).map(({ id }) => id)
  const kinds = ['strength', 'area_for_improvement', 'context']
  const table = await read('rows=agency&cols=kind&measure=findings')
  t.same(
    table.row_values.map(({ id }) => id),
    broad,
  )
  t.same(
    table.cells.map(({ row, col }) => [row, col]),
    broad.flatMap((row) => kinds.map((col) => [row, col])),
  )
  for (const kind of kinds) t.match(findCell(table, 'lighthouse-trust', kind), { count: 0 }, kind)
})

t.test('broad rolls up to the top code, and a finding of two codes below it counts once', async (t) => {
  const { row_values } = await read('rows=agency&cols=kind&measure=findings')
  const health = selectFindings(snapshot, { agency: ['health'] })
  t.ok(health.some(({ agencies }) => agencies.includes('hospital') && agencies.includes('health')))
  t.match(
    row_values.find(({ id }) => id === 'health'),
    { count: health.length, url: `${publicUrl}/v1/findings?agency=health` },
  )
})

t.test('narrow counts as coded, and its addresses say so', async (t) => {
  const { row_values, cells } = await read('rows=agency&cols=kind&measure=findings&level=narrow')
  t.same(
    row_values.map(({ id }) => id),
    [...snapshot.agency.keys()],
  )
  t.match(
    row_values.find(({ id }) => id === 'health'),
    {
      count: selectFindings(snapshot, { agency: ['health'], rollup: false }).length,
      url: `${publicUrl}/v1/findings?agency=health&rollup=false`,
    },
  )
  t.ok(cells.length > 0 && cells.every(({ url }) => url.includes('rollup=false')))
})

t.test('an inspection counts once in a cell however many findings it has', async (t) => {
  const findings = await read('rows=area&cols=kind&measure=findings')
  const inspections = await read('rows=area&cols=kind')
  t.ok((findCell(findings, 'northmoor', 'strength')?.count ?? 0) > 2)
  t.match(findCell(inspections, 'northmoor', 'strength'), { count: 2 }, 'it was inspected twice')
  t.match(findCell(inspections, 'eastvale', 'strength'), { count: 1 })
})

t.test(
  'national findings stand in a row of their own, the last one, where findings are counted',
  async (t) => {
    for (const rows of ['area', 'region']) {
      const { row_values } = await read(`rows=${rows}&cols=kind&measure=findings`)
      const national = selectFindings(snapshot, { scope: ['national'] }).length
      t.match(row_values.at(-1), {
        id: null,
        label: 'National',
        broader: null,
        count: national,
        url: `${publicUrl}/v1/findings?scope=national`,
      })
      t.equal(row_values.filter(({ id }) => id === null).length, 1)
      t.notOk((await read(`rows=${rows}&cols=kind`)).row_values.some(({ id }) => id === null))
      t.notOk((await read(`rows=${rows}&cols=kind&scope=area`)).row_values.some(({ id }) => id === null))
    }
  },
)

t.test('totals count each finding once where cells overlap, and the answer says so', async (t) => {
  const { data, meta } = await api.read<Item<Crosstab> & { meta: { caveats: string[] } }>(
    '/v1/findings/crosstab?rows=agency&cols=theme&measure=findings',
  )
  const sum = data.cells.reduce((so, { count }) => so + count, 0)
  t.equal(data.total.count, snapshot.finding.size)
  t.ok(sum > data.total.count)
  t.match(meta.caveats.at(-1), /overlap/)
})

t.test('a filter of its own dimension leaves only the values chosen', async (t) => {
  const ids = async (query: string) => (await read(query)).row_values.map(({ id }) => id)
  t.same(await ids('rows=area&cols=kind&area=eastvale,northmoor'), ['northmoor', 'eastvale'])
  t.same(await ids('rows=agency&cols=kind&agency=hospital'), ['health'], 'under the top code')
  t.same(await ids('rows=agency&cols=kind&level=narrow&agency=community-health'), [
    'community-health',
    'night-nursing',
  ])
  t.same(await ids('rows=agency&cols=kind&level=narrow&agency=community-health&rollup=false'), [
    'community-health',
  ])
})

const awkward = [
  '',
  'agency=hospital',
  'agency=health,night-nursing&rollup=false',
  'agency=health&theme=planning&rollup=false',
  'agency=community-health&theme=plan-reviews,travel',
  'theme=planning&rollup=false',
  'theme=planning,planning&rollup=false',
  'agency=harbour-watch,harbour-watch&theme=planning,planning&rollup=false',
  'agency=night-nursing&theme=weather',
  'area=northmoor,northmoor&region=upland,coast',
  'area=sankt-anna&region=upland',
  'scope=national&area=eastvale',
  'scope=area,national&region=islands&agency=town-council',
  'inspection=northmoor-2016-b&theme=planning',
  'published_from=2016-12-31&published_to=2017-01-01&section=report,key_strengths&kind=strength',
]

for (const given of awkward) {
  t.test(`every address lists what is counted, under the filters ${given || '(none)'}`, async (t) => {
    const shapes = [
      { rows: 'agency', cols: 'theme' },
      { rows: 'theme', cols: 'area' },
      { rows: 'agency', cols: 'kind' },
      { rows: 'area', cols: 'region' },
      { rows: 'section', cols: 'theme' },
    ].flatMap((shape) => [
      { ...shape, level: 'broad', measure: 'findings' },
      { ...shape, level: 'narrow', measure: 'inspections' },
    ])
    for (const shape of shapes) {
      const count = shape.measure === 'findings' ? (all: Finding[]) => all.length : countInspections
      const { total, row_values, col_values, cells } = await read(`${queryOf(shape)}&${given}`)
      const wrong = [total, ...row_values, ...col_values, ...cells].filter(
        (one) => one.count !== count(findingsAt(one.url)),
      )
      t.same(wrong, [], queryOf(shape))
    }
  })
}

t.test('a cell of inspections leads to the findings of just those inspections', async (t) => {
  const cell = findCell(await read('rows=theme&cols=area&theme=travel'), 'travel', 'northmoor')
  const { data } = await api.read<List<Finding>>(cell?.url ?? '')
  t.ok(data.length > 0)
  t.equal(cell?.count, countInspections(data))
})

t.test('under a release it counts that release and leads back to it', async (t) => {
  const root = '/v1/releases/1.0.0'
  const then = await read('rows=agency&cols=kind&measure=findings&level=narrow', root)
  t.equal(then.total.count, snapshotOf('1.0.0').finding.size)
  t.notOk(then.row_values.some(({ id }) => id === 'canal-wardens'))
  const links = [then.total, ...then.row_values, ...then.col_values, ...then.cells]
  t.same(
    links.filter(({ url }) => !url.startsWith(`${publicUrl}${root}/findings`)),
    [],
  )
  const { meta } = await api.read<Item<Crosstab>>('/v1/findings/crosstab?rows=agency&cols=kind')
  t.equal(meta.permalink, `${publicUrl}/v1/releases/1.1.0/findings/crosstab?cols=kind&rows=agency`)
})

t.test('rows and columns must be told, from what can be counted by', async (t) => {
  for (const [query, parameter] of [
    ['cols=kind', 'rows'],
    ['rows=kind', 'cols'],
    ['rows=agencies&cols=kind', 'rows'],
    ['rows=kind&cols=inspection', 'cols'],
    ['rows=agency,theme&cols=kind', 'rows'],
  ] as const) {
    for (const path of ['/v1/findings/crosstab', '/v1/findings/crosstab.csv']) {
      const { status, errors } = await api.refuse(`${path}?${query}`)
      t.equal(status, 400, query)
      t.same(
        errors.map((one) => [one.parameter, one.allowed]),
        [[parameter, axes]],
        query,
      )
    }
  }
  const both = await api.refuse('/v1/findings/crosstab')
  t.same(both.errors.map(({ parameter }) => parameter).sort(), ['cols', 'rows'])
})

t.test('rows and columns must differ', async (t) => {
  for (const path of ['/v1/findings/crosstab', '/v1/releases/1.0.0/findings/crosstab.csv']) {
    t.match(await api.refuse(`${path}?rows=theme&cols=theme`), {
      status: 400,
      type: `${publicUrl}/problems/invalid-parameter`,
      errors: [{ parameter: 'cols', detail: /theme/ }],
    })
  }
})

t.test('what a table of counts does not know is refused', async (t) => {
  for (const [query, parameter] of [
    ['limit=1', 'limit'],
    ['sort=id', 'sort'],
    ['fields=id', 'fields'],
    ['bom=true', 'bom'],
    ['measure=findings,inspections', 'measure'],
    ['measure=people', 'measure'],
    ['level=top', 'level'],
    ['agency=nobody', 'agency'],
    ['q=the', 'q'],
    ['published_from=2017-02-29', 'published_from'],
    ['rows=agency', 'rows'],
  ] as const) {
    const { status, errors } = await api.refuse(`/v1/findings/crosstab?rows=agency&cols=kind&${query}`)
    t.equal(status, 400, query)
    t.same(
      errors.map((one) => one.parameter),
      [parameter],
      query,
    )
  }
})

t.test('the CSV holds the cells of the JSON, with their labels', async (t) => {
  for (const query of [
    'rows=area&cols=agency&measure=findings',
    'rows=theme&cols=region&level=narrow&agency=health',
    'rows=kind&cols=basis&scope=national&area=northmoor',
  ]) {
    const { row_values, col_values, cells } = await read(query)
    const labels = (values: readonly Counted[]) => new Map(values.map(({ id, label }) => [id, label]))
    const [rowLabels, colLabels] = [labels(row_values), labels(col_values)]
    const { body } = await api.get(`/v1/findings/crosstab.csv?${query}`)
    t.same(
      parse(body, { record_delimiter: '\r\n' }),
      [
        ['row', 'row_label', 'col', 'col_label', 'count', 'url'],
        ...cells.map(({ row, col, count, url }) => [
          row ?? '',
          rowLabels.get(row),
          col ?? '',
          colLabels.get(col),
          String(count),
          url,
        ]),
      ],
      query,
    )
  }
})

t.test('the file is named after what is counted, and downloaded where that is asked for', async (t) => {
  const { headers } = await api.get('/v1/findings/crosstab.csv?rows=agency&cols=kind&area=northmoor')
  t.equal(headers['content-type'], 'text/csv; charset=utf-8; header=present')
  t.equal(
    headers['content-disposition'],
    'inline; filename="jtai-crosstab-1.1.0-area-northmoor-cols-kind-rows-agency.csv"',
  )
  const saved = await api.get('/v1/findings/crosstab.csv?rows=agency&cols=kind&download=true&bom=true')
  t.equal(
    saved.headers['content-disposition'],
    'attachment; filename="jtai-crosstab-1.1.0-cols-kind-rows-agency.csv"',
  )
  t.ok(saved.body.startsWith('\u{feff}row,'))
})

t.test('whoever has the counts is told that they are unchanged', async (t) => {
  for (const path of ['/v1/findings/crosstab', '/v1/findings/crosstab.csv']) {
    const first = await api.get(`${path}?rows=agency&cols=kind`)
    const etag = String(first.headers.etag)
    t.equal(first.headers['dataset-release'], '1.1.0')
    const again = await api.get(`${path}?measure=inspections&cols=kind&rows=agency`, {
      'if-none-match': etag,
    })
    t.equal(again.statusCode, 304, path)
    t.equal(again.headers.etag, etag)
    const turned = await api.get(`${path}?rows=kind&cols=agency`, { 'if-none-match': etag })
    t.equal(turned.statusCode, 200)
  }
})

t.test('each format has an address of its own', async (t) => {
  const query = 'rows=agency&cols=kind'
  const table = { accept: 'text/csv' }
  t.match(await api.refuse(`/v1/findings/crosstab?${query}`, table), {
    status: 406,
    detail: /\/v1\/findings\/crosstab\.csv/,
  })
  t.match(await api.refuse(`/v1/findings/crosstab.csv?${query}`, { accept: 'application/json' }), {
    status: 406,
    detail: /\/v1\/findings\/crosstab\./,
  })
  t.equal((await api.get(`/v1/findings/crosstab.csv?${query}`, table)).statusCode, 200)
  const { headers } = await api.get(`/v1/findings/crosstab?${query}`)
  t.match(headers.link, `<${publicUrl}/v1/findings/crosstab.csv?cols=kind&rows=agency>; rel="alternate"`)
})
