// Findings: every filter and order, against what the invented world holds.
import t from 'tap'
import { type List, openApp, publicUrl } from '../support/app.ts'
import { type Filters, type Finding, idsOf, selectFindings, snapshotOf, sorts } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')
const snapshot = snapshotOf()
const total = snapshot.finding.size

type Row = Finding & { readonly url: string }

const list = (query: string) => api.read<List<Row>>(`/v1/findings?limit=500&${query}`)
const addressOf = (id: string) => `${publicUrl}/v1/findings/${id}`

t.test('every finding is listed whole, newest publication first, ties by identifier', async (t) => {
  const { data, page } = await list('')
  const expected = selectFindings(snapshot, {}).map((finding) => ({ ...finding, url: addressOf(finding.id) }))
  t.same(data, expected)
  t.same(page, { limit: 500, count: total, total, next: null, prev: null })
})

const values = (read: (finding: Finding) => readonly (string | null)[]): string[] =>
  [...new Set(selectFindings(snapshot, {}).flatMap(read))].filter((value) => value !== null)

const filters = {
  area: values(({ area }) => [area]),
  kind: values(({ kind }) => [kind]),
  section: values(({ section }) => [section]),
  basis: values(({ basis }) => [basis]),
  scope: values(({ scope }) => [scope]),
  inspection: values(({ inspection }) => [inspection]),
  programme: values(({ programme }) => [programme]),
  publication: [...snapshot.publication.keys()],
  region: values(({ region }) => [region]),
  agency: [...snapshot.agency.keys()],
  theme: [...snapshot.theme.keys()],
}

for (const [name, codes] of Object.entries(filters)) {
  t.test(`${name} lets through exactly the findings that have the value`, async (t) => {
    for (const code of codes) {
      for (const rollup of [true, false]) {
        const { data, page } = await list(`${name}=${code}&rollup=${rollup}`)
        const expected = selectFindings(snapshot, { [name]: [code], rollup })
        t.same(idsOf(data), idsOf(expected), `${code}, rollup=${rollup}`)
        t.equal(page.total, expected.length)
      }
    }
  })

  t.test(`several values of ${name} mean any of them, repeated or joined by commas`, async (t) => {
    const [one = '', other = ''] = codes
    const expected = idsOf(selectFindings(snapshot, { [name]: [one, other] }))
    t.same(idsOf((await list(`${name}=${one}&${name}=${other}`)).data), expected)
    t.same(idsOf((await list(`${name}=${other},${one},${one}`)).data), expected)
  })

  t.test(`a value of ${name} that does not exist is refused with the nearest one`, async (t) => {
    const [code = ''] = codes
    const problem = await api.refuse(`/v1/findings?${name}=${code}x`)
    t.equal(problem.status, 400)
    t.equal(problem.type, `${publicUrl}/problems/invalid-parameter`)
    t.match(problem.errors, [{ parameter: name, did_you_mean: code }])
    t.ok(problem.errors[0]?.allowed.includes(code))
  })
}

t.test('different keys must all hold', async (t) => {
  const cases: readonly [string, Filters][] = [
    ['area=northmoor&kind=strength', { area: ['northmoor'], kind: ['strength'] }],
    ['area=northmoor&programme=young-carers-2016', { area: ['northmoor'], programme: ['young-carers-2016'] }],
    [
      'agency=health&theme=planning&basis=stated',
      { agency: ['health'], theme: ['planning'], basis: ['stated'] },
    ],
    ['agency=health,schools&section=summary', { agency: ['health', 'schools'], section: ['summary'] }],
    ['scope=national&area=northmoor', { scope: ['national'], area: ['northmoor'] }],
    ['region=upland&area=sankt-anna', { region: ['upland'], area: ['sankt-anna'] }],
  ]
  for (const [query, expected] of cases) {
    t.same(idsOf((await list(query)).data), idsOf(selectFindings(snapshot, expected)), query)
  }
})

t.test('a broader code brings its narrower ones, and rollup=false only itself', async (t) => {
  const all = idsOf((await list('agency=health')).data)
  const own = idsOf((await list('agency=health&rollup=false')).data)
  t.ok(all.includes('northmoor-2016-006'), 'two levels down')
  t.notOk(own.includes('northmoor-2016-006'))
  t.ok(own.length > 0 && own.every((id) => all.includes(id)))
})

t.test('dates filter to the day, both ends included', async (t) => {
  for (const [from, to] of [
    ['2016-02-29', '2016-02-29'],
    ['2016-03-01', '2016-12-30'],
    ['2016-12-31', '2017-01-01'],
    ['2017-01-01', '2017-01-01'],
    ['2017-01-02', '2017-03-01'],
    ['1900-01-01', '2099-12-31'],
  ] as const) {
    const { data } = await list(`published_from=${from}&published_to=${to}`)
    t.same(
      idsOf(data),
      idsOf(selectFindings(snapshot, { published_from: from, published_to: to })),
      `${from} to ${to}`,
    )
  }
  t.equal((await list('published_from=2018-02-28')).page.total, 3)
  t.equal((await list('published_from=2018-03-01')).page.total, 0)
  t.equal((await list('published_to=2016-01-03')).page.total, 0)
})

t.test('dates that do not exist and ranges that end before they begin are refused', async (t) => {
  for (const date of [
    '2017-02-29',
    '2016-00-10',
    '2016-2-9',
    '29.02.2016',
    '2016-02-29T00:00:00Z',
    '1899-12-31',
  ]) {
    for (const name of ['published_from', 'published_to']) {
      t.match(
        await api.refuse(`/v1/findings?${name}=${date}`),
        { status: 400, errors: [{ parameter: name }] },
        date,
      )
    }
  }
  t.match(await api.refuse('/v1/findings?published_from=2017-01-02&published_to=2017-01-01'), {
    status: 400,
    errors: [{ parameter: 'published_to', allowed: ['2017-01-02 or later'] }],
  })
})

for (const sort of sorts) {
  t.test(`sort=${sort} orders the whole list`, async (t) => {
    t.same(idsOf((await list(`sort=${sort}`)).data), idsOf(selectFindings(snapshot, {}, sort)))
  })
}

t.test('an order that does not exist is refused', async (t) => {
  t.match(await api.refuse('/v1/findings?sort=publised_on'), {
    errors: [{ parameter: 'sort', did_you_mean: 'published_on' }],
  })
  t.match(await api.refuse('/v1/findings?sort=relevance'), {
    status: 400,
    errors: [{ parameter: 'sort', detail: /q/ }],
  })
  t.match(await api.refuse('/v1/findings?sort=id,-id'), { status: 400, errors: [{ parameter: 'sort' }] })
})

t.test('limit is 100 by default and 1 to 500, never clamped', async (t) => {
  t.equal((await api.read<List<Row>>('/v1/findings')).page.limit, 100)
  t.match((await api.read<List<Row>>('/v1/findings?limit=1')).page, { limit: 1, count: 1, total, prev: null })
  t.equal((await api.read<List<Row>>('/v1/findings?limit=500')).page.limit, 500)
  for (const limit of ['0', '501', '-1', '1e2', '0x10', '%2010', '1.5', 'all', '']) {
    const problem = await api.refuse(`/v1/findings?limit=${limit}`)
    t.match(problem, { status: 400, errors: [{ parameter: 'limit' }] }, limit)
    if (limit !== '') t.match(problem.errors[0]?.allowed, ['an integer from 1 to 500'], limit)
  }
})

t.test('nothing found is a list without rows', async (t) => {
  const { data, page } = await list('scope=national&area=northmoor&expand=area')
  t.same(data, [])
  t.same(page, { limit: 500, count: 0, total: 0, next: null, prev: null })
})
