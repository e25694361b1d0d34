// A finding: its shape, what fields and expand make of it, and what happens to it from release to release.
import t from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { type Finding, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')
const snapshot = snapshotOf()

type Row = Finding & { readonly url: string }

const list = (query: string) => api.read<List<Row>>(`/v1/findings?limit=500&${query}`)

t.test('fields come in one order, whatever the order of the data', async (t) => {
  const { data } = await list('')
  const orders = new Set(data.map((finding) => Object.keys(finding).join()))
  t.same(orders.size, 1)
  t.match([...orders][0], /^id,programme,scope,inspection,area,region,.*,evidence,url$/)
})

t.test('a finding is the one of the list', async (t) => {
  for (const finding of (await list('')).data) {
    t.same((await api.read<Item<Row>>(finding.url)).data, finding)
  }
})

t.test('a national finding has no inspection, area or region', async (t) => {
  const { data } = await list('scope=national')
  t.ok(data.length > 0)
  for (const { inspection, area, region } of data) t.same([inspection, area, region], [null, null, null])
})

t.test('evidence opens at its page where the document has pages', async (t) => {
  const { data } = await api.read<Item<Row>>('/v1/findings/northmoor-2016-009')
  t.same(
    data.evidence.map(({ url }) => url),
    [
      'https://letters.example/northmoor-2016.pdf#page=4',
      'https://guidance.example/school-absence',
      'https://lantern.example/watch?story=7&part=2',
    ],
  )
})

t.test('fields leaves only the fields asked for, in the order of the wire', async (t) => {
  const { data } = await list('fields=summary,id')
  for (const finding of data) t.same(Object.keys(finding), ['id', 'summary'])
  const one = await api.read<Item<Row>>('/v1/findings/northmoor-2016-001?fields=themes&fields=kind')
  t.same(one.data, { kind: 'context', themes: ['attendance'] })
  t.match(await api.refuse('/v1/findings?fields=sumary'), {
    errors: [{ parameter: 'fields', did_you_mean: 'summary' }],
  })
})

interface Expanded {
  readonly data: readonly Row[]
  readonly included: Readonly<Record<string, Readonly<Record<string, { readonly id: string }>>>>
}

t.test('expand adds what findings refer to and changes no field', async (t) => {
  const plain = await list('area=northmoor')
  const { data, included } = await api.read<Expanded>(
    '/v1/findings?limit=500&area=northmoor&expand=area,inspection,agencies,themes,publications',
  )
  t.same(data, plain.data)
  t.notOk('included' in plain)
  const used = {
    areas: data.flatMap(({ area }) => area ?? []),
    inspections: data.flatMap(({ inspection }) => inspection ?? []),
    agencies: data.flatMap(({ agencies }) => agencies),
    themes: data.flatMap(({ themes }) => themes),
    publications: data.flatMap(({ publication, evidence }) => [
      publication,
      ...evidence.map((one) => one.publication),
    ]),
  }
  t.same(Object.keys(included).sort(), Object.keys(used).sort())
  for (const [type, ids] of Object.entries(used)) {
    t.same(Object.keys(included[type] ?? {}).sort(), [...new Set(ids)].sort(), type)
    for (const [id, record] of Object.entries(included[type] ?? {})) t.equal(record.id, id)
  }
})

t.test('expand goes with fields, on one finding too', async (t) => {
  const { data, included } = await api.read<Expanded>(
    '/v1/findings/northmoor-2016-006?fields=id&expand=agencies',
  )
  t.same(data, { id: 'northmoor-2016-006' })
  t.same(included, { agencies: { 'night-nursing': snapshot.agency.get('night-nursing') } })
  const national = await api.read<Expanded>('/v1/findings/overview-2017-001?expand=area,inspection')
  t.same(national.included, { areas: {}, inspections: {} })
  t.match(await api.refuse('/v1/findings?expand=areas'), {
    errors: [{ parameter: 'expand', did_you_mean: 'area' }],
  })
})

t.test('a withdrawn finding is gone, with the reason and what to use instead', async (t) => {
  const replaced = await api.refuse('/v1/findings/eastvale-2016-004')
  t.equal(replaced.status, 410)
  t.equal(replaced.type, `${publicUrl}/problems/gone`)
  t.match(
    replaced.detail,
    /withdrawn in release 1\.1\.0: It says no more than the next one\. Use eastvale-2016-005 instead\./,
  )
  const misread = await api.refuse('/v1/findings/overview-2017-003')
  t.match(misread, { status: 410, detail: /The page was misread/ })
  t.equal((await api.get('/v1/findings/overview-2017-003')).headers['cache-control'], 'public, max-age=300')
})

t.test('a withdrawn finding stays readable in the release that holds it', async (t) => {
  const { data } = await api.read<Item<Row>>('/v1/releases/1.0.0/findings/eastvale-2016-004')
  t.equal(data.summary, snapshotOf('1.0.0').finding.get('eastvale-2016-004')?.summary)
  t.equal((await api.get('/v1/releases/1.1.0/findings/eastvale-2016-004')).statusCode, 410)
})

t.test('a finding that came later is not in the release before', async (t) => {
  t.equal((await api.get('/v1/findings/northmoor-2016-017')).statusCode, 200)
  t.equal((await api.get('/v1/releases/1.0.0/findings/northmoor-2016-017')).statusCode, 404)
})

t.test('a correction shows in its release and not before', async (t) => {
  const now = await api.read<Item<Row>>('/v1/findings/northmoor-2016-003')
  const before = await api.read<Item<Row>>('/v1/releases/1.0.0/findings/northmoor-2016-003')
  t.match(now.data.summary, /some weeks/)
  t.match(before.data.summary, /in good time/)
})

t.test('an identifier that never was is a 404, whatever it is made of', async (t) => {
  for (const id of [
    'northmoor-2016-9999',
    'x',
    '%00',
    "'--",
    '..%2f..',
    '%F0%9F%9A%B8',
    'NORTHMOOR-2016-001',
    'a'.repeat(500),
  ]) {
    const problem = await api.refuse(`/v1/findings/${id}`)
    t.equal(problem.status, 404, id)
    t.match(problem.errors, [{ parameter: 'id' }], id)
  }
})

t.test('a mistyped identifier is answered with the nearest one', async (t) => {
  const problem = await api.refuse('/v1/findings/northmoor-2016-01')
  t.equal(problem.status, 404)
  t.match(problem.errors, [{ parameter: 'id', did_you_mean: /^northmoor-2016-\d{3,}$/ }])
})
