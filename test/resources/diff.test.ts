// What differs between two releases, net: over invented releases that add, correct, withdraw, restore and undo.
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import type { Entity } from '../../src/dataset/records.ts'
import { type List, openApp, publicUrl, type TestApp } from '../support/app.ts'
import { histories, writeHistory } from '../support/histories.ts'
import { type Fields, isSame, recordsOf } from '../support/mirror.ts'
import { snapshotOf } from '../support/oracle.ts'
import { addRecords, addRelease, copyReleases, sealReleases } from '../support/releases.ts'
import { parseCsv } from '../support/tables.ts'

interface Named {
  readonly entity: Entity
  readonly id: string
}
interface Diff {
  readonly from: string | null
  readonly to: string
  readonly counts: { readonly added: number; readonly corrected: number; readonly withdrawn: number }
  readonly added: readonly (Named & { readonly record: Fields })[]
  readonly corrected: readonly (Named & {
    readonly reason: string
    readonly fields: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[]
  })[]
  readonly withdrawn: readonly (Named & {
    readonly reason: string
    readonly replaced_by: string | null
    readonly record: Fields
  })[]
}
interface Answer {
  readonly data: Diff
  readonly page: List<unknown>['page']
  readonly meta: List<unknown>['meta']
}

const correct = (root: string, version: string, entity: Entity, id: string, set: Fields) =>
  addRecords(root, `${version}/corrected.yaml`, {
    entity,
    id,
    reason: `${version}: ${id}, "so" <it> is.`,
    set,
  })
const withdraw = (root: string, version: string, id: string, replaced_by: string | null = null) =>
  addRecords(root, `${version}/withdrawn.yaml`, {
    entity: 'finding',
    id,
    reason: `${version}: gone.`,
    replaced_by,
  })
const restore = (root: string, version: string, id: string) =>
  addRecords(root, `${version}/restored.yaml`, { entity: 'finding', id, reason: `${version}: back.` })

/** Four releases after 1.1.0. */
function writeReleases(root: string): void {
  const pattern = snapshotOf().finding.get('northmoor-2016-017')
  for (const [index, version] of ['1.1.1', '1.2.0', '1.3.0', '1.4.0'].entries())
    addRelease(root, version, { released_at: `2022-01-0${index + 1}T00:00:00Z` })
  correct(root, '1.1.1', 'finding', 'northmoor-2016-001', { note: 'For a while only.' })
  correct(root, '1.1.1', 'area', 'eastvale', { police_force: 'Vale Police' })
  correct(root, '1.2.0', 'finding', 'northmoor-2016-001', { note: pattern?.note ?? null })
  correct(root, '1.2.0', 'area', 'eastvale', { name: 'East, "Vale"' })
  addRecords(root, '1.2.0/added/findings.yaml', {
    ...pattern,
    id: 'northmoor-2016-050',
    summary: 'It is new; for a while.',
  })
  withdraw(root, '1.2.0', 'blog-2018-001', 'blog-2018-003')
  correct(root, '1.3.0', 'finding', 'northmoor-2016-002', { note: 'Corrected before it goes.' })
  withdraw(root, '1.3.0', 'northmoor-2016-050')
  restore(root, '1.3.0', 'blog-2018-001')
  withdraw(root, '1.4.0', 'northmoor-2016-002')
  restore(root, '1.4.0', 'overview-2017-003')
  sealReleases(root)
}

const root = copyReleases(t)
writeReleases(root)
const api = await openApp(t, 'fixture', undefined, root)
const snapshots = new Map(buildReleases(root).map(({ file, snapshot }) => [file.version, snapshot]))
const versions = [...snapshots.keys()]

const addressOf = (to: string, from?: string) =>
  `/v1/releases/${to}/diff${from === undefined ? '' : `?from=${from}`}`
const names = (list: readonly Named[]) => list.map(({ entity, id }) => `${entity} ${id}`)

/** The records of the later release, made of those of the earlier one and the difference. */
function applyDiff(before: ReadonlyMap<string, Fields>, pages: readonly Diff[]): Map<string, Fields> {
  const records = new Map(before)
  for (const { added, corrected, withdrawn } of pages) {
    for (const { entity, id, record } of added) records.set(`${entity} ${id}`, record)
    for (const { entity, id } of withdrawn) records.delete(`${entity} ${id}`)
    for (const { entity, id, fields } of corrected) {
      const set = fields.map(({ field, after }) => [field, after])
      records.set(`${entity} ${id}`, { ...records.get(`${entity} ${id}`), ...Object.fromEntries(set) })
    }
  }
  return records
}

async function walk(api: TestApp, from: string, direction: 'next' | 'prev'): Promise<Answer[]> {
  const pages: Answer[] = []
  for (let address: string | null = from; address !== null; ) {
    const page: Answer = await api.read<Answer>(address)
    pages.push(page)
    address = page.page[direction]
  }
  return pages
}

const rowsOf = ({ data }: Answer): string[] => [
  ...names(data.added).map((name) => `added ${name}`),
  ...names(data.corrected).map((name) => `corrected ${name}`),
  ...names(data.withdrawn).map((name) => `withdrawn ${name}`),
]

t.test('without from, a release is compared with the one before', async (t) => {
  for (const [index, version] of versions.entries()) {
    const { data, page, meta } = await api.read<Answer>(addressOf(version))
    t.equal(data.from, versions[index - 1] ?? null)
    t.equal(data.to, version)
    t.equal(meta.release, version)
    t.equal(page.limit, 100)
    const before = versions[index - 1]
    if (before !== undefined) t.same((await api.read<Answer>(addressOf(version, before))).data, data)
  }
})

t.test('the first release is added as a whole', async (t) => {
  const { data, page } = await api.read<Answer>(`${addressOf('1.0.0')}?limit=500`)
  const records = recordsOf(snapshotOf('1.0.0'))
  t.same(data.counts, { added: records.size, corrected: 0, withdrawn: 0 })
  t.same([data.corrected, data.withdrawn, page.next, page.prev], [[], [], null, null])
  t.ok(isSame(applyDiff(new Map(), [data]), records))
})

t.test('added, corrected and withdrawn records are told with all that belongs to them', async (t) => {
  const { data } = await api.read<Answer>(addressOf('1.1.0'))
  t.same(data.counts, { added: 5, corrected: 4, withdrawn: 2 })
  t.same(names(data.added), [
    'agency canal-wardens',
    ...['blog-2018-003', 'northmoor-2016-017', 'northmoor-2016-b-009', 'sankt-anna-2016-013'].map(
      (id) => `finding ${id}`,
    ),
  ])
  t.same(
    data.added.find(({ id }) => id === 'blog-2018-003')?.record,
    recordsOf(snapshotOf()).get('finding blog-2018-003'),
  )
  t.same(data.corrected[1], {
    entity: 'area',
    id: 'eastvale',
    reason: 'The force was named after its predecessor.',
    fields: [
      { field: 'police_force', before: 'Northmoor and Dale Constabulary', after: 'Eastvale Constabulary' },
      { field: 'police_force_area_gss_code', before: 'E23999001', after: 'E23999004' },
    ],
  })
  const lists = data.corrected.find(({ id }) => id === 'pont-ecoute-2017-002')
  t.match(
    lists?.fields.find(({ field }) => field === 'agencies'),
    {
      before: ['ferry-service'],
      after: ['ferry-service', 'schools'],
    },
  )
  t.same(data.withdrawn[0], {
    entity: 'finding',
    id: 'eastvale-2016-004',
    reason: 'It says no more than the next one.',
    replaced_by: 'eastvale-2016-005',
    record: recordsOf(snapshotOf('1.0.0')).get('finding eastvale-2016-004'),
  })
})

t.test('what was done and undone in between does not show', async (t) => {
  const read = async (from: string, to: string) => {
    const { data } = await api.read<Answer>(addressOf(to, from))
    return [names(data.added), names(data.corrected), names(data.withdrawn)]
  }
  t.same(await read('1.1.0', '1.1.1'), [[], ['area eastvale', 'finding northmoor-2016-001'], []])
  t.same(await read('1.1.0', '1.2.0'), [
    ['finding northmoor-2016-050'],
    ['area eastvale'],
    ['finding blog-2018-001'],
  ])
  t.same(await read('1.2.0', '1.3.0'), [
    ['finding blog-2018-001'],
    ['finding northmoor-2016-002'],
    ['finding northmoor-2016-050'],
  ])
  t.same(await read('1.1.0', '1.3.0'), [[], ['area eastvale', 'finding northmoor-2016-002'], []])
  t.same(await read('1.1.0', '1.4.0'), [
    ['finding overview-2017-003'],
    ['area eastvale'],
    ['finding northmoor-2016-002'],
  ])
  const [added, , withdrawn] = await read('1.0.0', '1.4.0')
  t.notOk(
    [...(added ?? []), ...(withdrawn ?? [])].includes('finding overview-2017-003'),
    'withdrawn and restored',
  )
})

t.test('a difference over several releases gives every reason, and the states at its two ends', async (t) => {
  const { data } = await api.read<Answer>(addressOf('1.2.0', '1.1.0'))
  t.same(data.corrected[0], {
    entity: 'area',
    id: 'eastvale',
    reason: '1.1.1: eastvale, "so" <it> is. 1.2.0: eastvale, "so" <it> is.',
    fields: [
      { field: 'name', before: 'Eastvale', after: 'East, "Vale"' },
      { field: 'police_force', before: 'Eastvale Constabulary', after: 'Vale Police' },
    ],
  })
  t.match(data.withdrawn, [{ reason: '1.2.0: gone.', replaced_by: 'blog-2018-003' }])
  const gone = (await api.read<Answer>(addressOf('1.4.0', '1.1.0'))).data.withdrawn[0]
  t.equal(gone?.reason, '1.4.0: gone.')
  t.same(
    gone?.record,
    recordsOf(snapshotOf()).get('finding northmoor-2016-002'),
    'as the earlier release has it',
  )
})

t.test('every difference leads from the earlier release to the later one', async (t) => {
  for (const [index, to] of versions.entries()) {
    for (const from of versions.slice(0, index)) await checkSpan(t, api, snapshots, from, to)
  }
})

type Snapshots = typeof snapshots

async function checkSpan(
  t: Test,
  api: TestApp,
  snapshots: Snapshots,
  from: string,
  to: string,
): Promise<void> {
  const [before, after] = [snapshots.get(from), snapshots.get(to)].map((one) =>
    recordsOf(one ?? snapshotOf()),
  )
  const pages = (await walk(api, `${addressOf(to, from)}&limit=7`, 'next')).map(({ data }) => data)
  t.ok(isSame(applyDiff(before ?? new Map(), pages), after ?? new Map()), `${from} to ${to}`)
  for (const { corrected } of pages) {
    for (const { entity, id, fields } of corrected) {
      const [was, is] = [before?.get(`${entity} ${id}`), after?.get(`${entity} ${id}`)]
      t.ok(fields.length > 0)
      t.same(
        fields,
        fields.map(({ field }) => ({ field, before: was?.[field], after: is?.[field] })),
        `${entity} ${id}`,
      )
    }
  }
  const counts = { added: 0, corrected: 0, withdrawn: 0 }
  for (const page of pages) {
    counts.added += page.added.length
    counts.corrected += page.corrected.length
    counts.withdrawn += page.withdrawn.length
    for (const { entity, id, record } of page.withdrawn) t.same(record, before?.get(`${entity} ${id}`))
  }
  for (const page of pages) t.same(page.counts, counts, 'every page counts the whole difference')
}

t.test('a release to compare with that is not earlier is a 400 that names those that are', async (t) => {
  for (const [to, from, allowed] of [
    ['1.1.0', '1.1.0', ['1.0.0']],
    ['1.1.0', '1.4.0', ['1.0.0']],
    ['1.1.1', '9.9.9', ['1.1.0', '1.0.0']],
    ['1.1.1', 'latest', ['1.1.0', '1.0.0']],
    ['1.1.1', '1.0', ['1.1.0', '1.0.0']],
    ['1.0.0', '1.0.0', ['nothing: this is the first release']],
  ] as const) {
    for (const path of [addressOf(to, from), addressOf(to, from).replace('diff?', 'diff.csv?')]) {
      t.match(await api.refuse(path), {
        status: 400,
        type: `${publicUrl}/problems/invalid-parameter`,
        errors: [{ parameter: 'from', detail: from, allowed }],
      })
    }
  }
  t.match(await api.refuse(addressOf('1.1.1', '1.0.9')), { errors: [{ did_you_mean: '1.0.0' }] })
  for (const query of [
    'from=',
    'from=1.0.0&from=1.1.0',
    'limit=0',
    'limit=501',
    'since=x',
    `from=${'1'.repeat(31)}`,
  ])
    t.equal((await api.refuse(`${addressOf('1.2.0')}?${query}`)).status, 400, query)
  t.equal((await api.refuse(addressOf('9.9.9'))).status, 404)
  t.equal(
    (await api.get('/v1/releases/latest/diff?from=1.0.0')).headers.location,
    `${publicUrl}/v1/releases/1.4.0/diff?from=1.0.0`,
  )
})

t.test('paging with any limit loses and repeats nothing, and prev is the inverse of next', async (t) => {
  const address = addressOf('1.4.0', '1.0.0')
  const whole = await api.read<Answer>(`${address}&limit=500`)
  const rows = rowsOf(whole)
  t.equal(rows.length, whole.page.total)
  t.equal(new Set(rows).size, rows.length)
  t.same(rows, rows.toSorted(), 'added, corrected, withdrawn, each by kind of record and identifier')
  for (let limit = 1; limit <= rows.length + 1; limit += 1) {
    const forward = await walk(api, `${address}&limit=${limit}`, 'next')
    t.same(forward.flatMap(rowsOf), rows, `limit ${limit}`)
    for (const [index, { page, ...answer }] of forward.entries()) {
      t.match(page, { limit, total: rows.length, count: rowsOf({ page, ...answer }).length })
      t.ok(index === forward.length - 1 || page.count === limit)
    }
    const last = forward.at(-1)
    if (last === undefined || last.page.prev === null) {
      t.equal(forward.length, 1)
      continue
    }
    const back = await walk(api, last.page.prev, 'prev')
    t.same(back.toReversed().map(rowsOf), forward.slice(0, -1).map(rowsOf), `limit ${limit}, back`)
  }
  const first = await api.get(`${address}&limit=3`)
  t.match(first.headers.link, `<${first.json<Answer>().page.next}>; rel="next"`)
})

t.test('a page is only good for its own difference', async (t) => {
  const { page } = await api.read<Answer>(`${addressOf('1.4.0', '1.0.0')}&limit=3`)
  const cursor = new URL(page.next ?? '').searchParams.get('cursor')
  for (const path of [`${addressOf('1.4.0', '1.1.0')}&`, `${addressOf('1.3.0', '1.0.0')}&`, '/v1/findings?'])
    t.match(await api.refuse(`${path}cursor=${cursor}`), { status: 400, errors: [{ parameter: 'cursor' }] })
})

t.test(
  'the table has a row for each field that changed, and one for each record that is new or gone',
  async (t) => {
    for (const [from, to] of [
      ['1.0.0', '1.4.0'],
      ['1.0.0', '1.1.0'],
      ['1.1.0', '1.2.0'],
      [undefined, '1.0.0'],
    ] as const) {
      const address = addressOf(to, from)
      const { data } = await api.read<Answer>(`${address}${from === undefined ? '?' : '&'}limit=500`)
      const response = await api.get(address.replace('/diff', '/diff.csv'))
      t.match(response.headers['content-type'], /^text\/csv/)
      const [header, ...rows] = parseCsv(response.body)
      t.same(header, ['kind', 'entity', 'id', 'field', 'before', 'after', 'reason', 'replaced_by'])
      const show = (value: unknown) =>
        value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
      t.same(rows, [
        ...data.added.map(({ entity, id }) => ['added', entity, id, '', '', '', '', '']),
        ...data.corrected.flatMap(({ entity, id, reason, fields }) =>
          fields.map(({ field, before, after }) => [
            'corrected',
            entity,
            id,
            field,
            show(before),
            show(after),
            reason,
            '',
          ]),
        ),
        ...data.withdrawn.map(({ entity, id, reason, replaced_by }) => [
          ...['withdrawn', entity, id, '', '', '', reason, replaced_by ?? ''],
        ]),
      ])
    }
    const marked = await api.get('/v1/releases/1.1.0/diff.csv?bom=true')
    t.ok(marked.rawPayload.subarray(0, 3).equals(Buffer.from('efbbbf', 'hex')))
  },
)

t.test('a difference of two releases never changes, and says so', async (t) => {
  const { headers } = await api.get(addressOf('1.1.0', '1.0.0'))
  t.equal(headers['cache-control'], 'public, max-age=86400')
  t.equal(
    (await api.get(addressOf('1.1.0', '1.0.0'), { 'if-none-match': String(headers.etag) })).statusCode,
    304,
  )
})

t.test('law: whatever was released, a release and a difference are the later release', async (t) => {
  const law = fc.asyncProperty(histories(4), async (history) => {
    let isRight = true
    await t.test('a history', async (t) => {
      const root = copyReleases(t)
      writeHistory(root, history)
      const random = await openApp(t, 'fixture', undefined, root)
      const releases = buildReleases(root)
      const snapshots = new Map(releases.map(({ file, snapshot }) => [file.version, snapshot]))
      const versions = [...snapshots.keys()]
      for (const to of versions.slice(2)) {
        for (const from of versions.filter((one) => versions.indexOf(one) < versions.indexOf(to)))
          await checkSpan(t, random, snapshots, from, to)
      }
      isRight = t.passing()
    })
    return isRight
  })
  const details = await fc.check(law, { numRuns: 8, endOnFailure: true })
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? `holds in ${details.numRuns} cases`)
})
