// Areas, inspections, publications, agencies and themes: what every small list has in common.
import t from 'tap'
import type { RecordOf } from '../../src/dataset/records.ts'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { idsOf, selectFindings, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')

interface Counts {
  readonly total: number
  readonly strength: number
  readonly area_for_improvement: number
  readonly context: number
}

interface Counted {
  readonly id: string
  readonly counts: Counts
  readonly links: { readonly self: string; readonly findings: string }
}

const lists = [
  { path: 'areas', filter: 'area', entity: 'area' },
  { path: 'inspections', filter: 'inspection', entity: 'inspection' },
  { path: 'publications', filter: 'publication', entity: 'publication' },
  { path: 'agencies', filter: 'agency', entity: 'agency' },
  { path: 'themes', filter: 'theme', entity: 'theme' },
] as const

for (const version of ['1.0.0', '1.1.0']) {
  const snapshot = snapshotOf(version)
  for (const { path, filter, entity } of lists) {
    t.test(`/${path} of ${version} lists every record as it was written, in its order`, async (t) => {
      const { data, page } = await api.read<List<Counted>>(`/v1/releases/${version}/${path}`)
      const expected: readonly Readonly<RecordOf<typeof entity>>[] = [...snapshot[entity].values()]
      t.same(
        data.map(({ counts: _counts, links: _links, ...record }) => record),
        expected,
      )
      t.same(page, { limit: null, count: expected.length, total: expected.length, next: null, prev: null })
    })

    t.test(`counts of /${path} of ${version} are those of their findings`, async (t) => {
      const { data } = await api.read<List<Counted>>(`/v1/releases/${version}/${path}`)
      for (const { id, counts, links } of data) {
        const found = selectFindings(snapshot, { [filter]: [id] })
        const expected: Counts = {
          total: found.length,
          strength: found.filter(({ kind }) => kind === 'strength').length,
          area_for_improvement: found.filter(({ kind }) => kind === 'area_for_improvement').length,
          context: found.filter(({ kind }) => kind === 'context').length,
        }
        t.same(counts, expected, id)
        const list = await api.read<List<{ id: string }>>(`${links.findings}&limit=500`)
        t.equal(list.page.total, counts.total, id)
        t.same(idsOf(list.data), idsOf(found), id)
      }
    })
  }
}

for (const { path, entity } of lists) {
  t.test(`/${path}/{id} is the record of the list`, async (t) => {
    const { data } = await api.read<List<Counted>>(`/v1/${path}`)
    for (const record of data) {
      t.equal(record.links.self, `${publicUrl}/v1/${path}/${record.id}`)
      t.same((await api.read<Item<Counted>>(record.links.self)).data, record)
    }
  })

  t.test(`/${path}/{id} of an identifier mistyped is a 404 that offers the right one`, async (t) => {
    const [id = ''] = snapshotOf()[entity].keys()
    const problem = await api.refuse(`/v1/${path}/${id}x`)
    t.equal(problem.status, 404)
    t.equal(problem.type, `${publicUrl}/problems/not-found`)
    t.match(problem.detail, `There is no ${entity} ${id}x in release 1.1.0. Did you mean ${id}?`)
    t.match(problem.errors, [{ parameter: 'id', did_you_mean: id }])
    t.ok(problem.errors[0]?.allowed.includes(id))
  })

  t.test(`/${path} takes no parameter it does not know`, async (t) => {
    const { status, errors } = await api.refuse(`/v1/${path}?limit=5`)
    t.equal(status, 400)
    t.match(errors, [{ parameter: 'limit' }])
    t.match(await api.refuse(`/v1/${path}/x?fields=id`), { status: 400, errors: [{ parameter: 'fields' }] })
  })
}

t.test('a broader code counts the findings of its narrower ones, each once', async (t) => {
  const { data } = await api.read<Item<Counted>>('/v1/agencies/health')
  const rolledUp = selectFindings(snapshotOf(), { agency: ['health'] })
  const own = selectFindings(snapshotOf(), { agency: ['health'], rollup: false })
  t.equal(data.counts.total, rolledUp.length)
  t.ok(rolledUp.length > own.length, 'the invented world has findings of narrower codes')
  t.ok(
    rolledUp.some(
      ({ agencies }) =>
        agencies.length > 1 && agencies.includes('health') && agencies.includes('community-health'),
    ),
    'and one that has a code and a narrower one',
  )
})

t.test('a code without findings counts zeros', async (t) => {
  const { data } = await api.read<Item<Counted>>('/v1/themes/weather')
  t.same(data.counts, { total: 0, strength: 0, area_for_improvement: 0, context: 0 })
  const findings = await api.read<List<unknown>>(data.links.findings)
  t.same(findings.data, [])
  t.equal(findings.page.total, 0)
})

t.test('a path with a slash at the end says so', async (t) => {
  t.match(await api.refuse('/v1/areas/'), { status: 404, detail: /without the slash at the end/ })
  t.match(await api.refuse('/v1/findings/'), { status: 404, detail: /without the slash at the end/ })
})
