// Walks through the list of findings: forward and back, they give the whole ordered set, whatever happens meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { publish } from '../../src/dataset/publish.ts'
import { encodeCursor } from '../../src/lib/cursor.ts'
import { type List, openApp, publicUrl } from '../support/app.ts'
import { filters, queryOf } from '../support/filters.ts'
import { idsOf, selectFindings, snapshotOf, sorts } from '../support/oracle.ts'
import { addRecords, addRelease, copyReleases, sealReleases } from '../support/releases.ts'

const api = await openApp(t, 'fixture')
const snapshot = snapshotOf()

interface Row {
  readonly id: string
}
type Page = List<Row>

/** All pages from an address on, in the direction of a link. */
async function walk(from: string, direction: 'next' | 'prev'): Promise<Page[]> {
  const pages: Page[] = []
  for (let address: string | null = from; address !== null; ) {
    const page: Page = await api.read<Page>(address)
    pages.push(page)
    address = page.page[direction]
  }
  return pages
}

const idsOfPages = (pages: readonly Page[]): string[] => pages.flatMap(({ data }) => idsOf(data))

t.test('a walk forward and a walk back give the whole ordered set', async (t) => {
  const limit = fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 500 }))
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom(...sorts), limit, async (given, sort, limit) => {
      const expected = idsOf(selectFindings(snapshot, given, sort))
      const forward = await walk(`/v1/findings?${queryOf({ ...given, sort, limit })}`, 'next')
      t.same(idsOfPages(forward), expected, queryOf({ ...given, sort, limit }))
      for (const [index, { page, data }] of forward.entries()) {
        const isLast = index === forward.length - 1
        t.match(page, { limit, count: data.length, total: expected.length })
        t.ok(isLast || data.length === limit, 'only the last page may be short')
        t.equal(page.prev === null, index === 0, 'only the first page has none before it')
      }
      const lastPrev = forward.at(-1)?.page.prev ?? null
      if (lastPrev === null) return
      const back = await walk(lastPrev, 'prev')
      t.same(
        back.toReversed().map(({ data }) => idsOf(data)),
        forward.slice(0, -1).map(({ data }) => idsOf(data)),
        'the pages before the last are the same seen from behind',
      )
    }),
    { numRuns: 60 },
  )
})

t.test('a search is walked in every order, relevance too', async (t) => {
  for (const sort of [...sorts, 'relevance']) {
    const whole = await api.read<Page>(`/v1/findings?q=children&sort=${sort}&limit=500`)
    t.ok(whole.page.total > 7)
    const forward = await walk(`/v1/findings?q=children&sort=${sort}&limit=3`, 'next')
    t.same(idsOfPages(forward), idsOf(whole.data), sort)
    const back = await walk(forward.at(-1)?.page.prev ?? '', 'prev')
    t.same(
      idsOfPages(back.toReversed()),
      idsOf(whole.data).slice(0, -(forward.at(-1)?.data.length ?? 0)),
      sort,
    )
  }
})

t.test('the header Link says what page says', async (t) => {
  const first = await api.get('/v1/findings?limit=5')
  const { page } = first.json<Page>()
  t.match(first.headers.link, `<${page.next}>; rel="next"`)
  t.notMatch(first.headers.link, 'rel="prev"')
  const second = await api.get(page.next ?? '')
  t.match(second.headers.link, `<${second.json<Page>().page.prev}>; rel="prev"`)
})

t.test('the same place in the same walk has the same link every time', async (t) => {
  const one = await api.read<Page>('/v1/findings?limit=5&kind=strength&area=northmoor,eastvale')
  const other = await api.read<Page>(
    '/v1/findings?area=eastvale&area=northmoor&limit=5&kind=strength&rollup=true',
  )
  t.equal(one.page.next, other.page.next)
})

t.test('limit, fields and expand may change in mid-walk', async (t) => {
  const expected = idsOf(selectFindings(snapshot, {}))
  const { page } = await api.read<Page>('/v1/findings?limit=5')
  const rest = await api.read<Page>(`${page.next?.replace('limit=5', 'limit=500')}&fields=id&expand=area`)
  t.same(idsOf(rest.data), expected.slice(5))
})

t.test('filters and order may not change in mid-walk', async (t) => {
  const { page } = await api.read<Page>('/v1/findings?limit=5')
  for (const more of ['kind=strength', 'sort=id', 'rollup=false', 'q=child']) {
    const problem = await api.refuse(`${page.next}&${more}`)
    t.equal(problem.status, 400, more)
    t.equal(problem.type, `${publicUrl}/problems/invalid-cursor`, more)
    t.match(problem.errors, [{ parameter: 'cursor' }], more)
  }
})

t.test('a cursor is only good in its own release', async (t) => {
  const { page } = await api.read<Page>('/v1/findings?limit=5')
  const query = page.next?.split('?')[1]
  t.equal((await api.get(`/v1/releases/1.1.0/findings?${query}`)).statusCode, 200)
  t.match(await api.refuse(`/v1/releases/1.0.0/findings?${query}`), {
    status: 400,
    errors: [{ parameter: 'cursor', detail: /1\.1\.0/ }],
  })
})

t.test('a cursor made or changed by hand is refused', async (t) => {
  const { page } = await api.read<Page>('/v1/findings?limit=5')
  const cursor = new URL(page.next ?? '').searchParams.get('cursor') ?? ''
  const tampered = fc
    .tuple(fc.nat({ max: cursor.length - 1 }), fc.constantFrom(...'ABab01-_'))
    .map(([at, by]) => cursor.slice(0, at) + by + cursor.slice(at + 1))
    .filter((text) => text !== cursor)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(tampered, fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })),
      async (text) => {
        fc.pre(text.isWellFormed())
        t.match(await api.refuse(`/v1/findings?cursor=${encodeURIComponent(text)}`), {
          status: 400,
          errors: [{ parameter: 'cursor' }],
        })
      },
    ),
  )
  t.match(await api.refuse(`/v1/findings?cursor=${'A'.repeat(201)}`), {
    status: 400,
    errors: [{ parameter: 'cursor' }],
  })
})

t.test('a cursor of a release not seen here yet is a 503 that says when to come again', async (t) => {
  const cursor = encodeCursor({ version: '1.2.0', direction: 'next', position: 5 }, '')
  const response = await api.get(`/v1/findings?cursor=${cursor}`)
  t.equal(response.statusCode, 503)
  t.match(response.headers['retry-after'], /^[1-9]\d*$/)
  t.match(response.json(), { type: `${publicUrl}/problems/service-unavailable`, detail: /1\.2\.0/ })
})

t.test('a cursor beyond the last row leads to an empty page', async (t) => {
  const cursor = encodeCursor({ version: '1.1.0', direction: 'next', position: 2_000_000_000 }, '')
  const { data, page } = await api.read<Page>(`/v1/findings?cursor=${cursor}`)
  t.same(data, [])
  t.equal(page.next, null)
})

t.test('a publication in mid-walk changes nothing in the walk', async (t) => {
  const root = copyReleases(t)
  const finding = snapshot.finding.get('northmoor-2016-017')
  addRelease(root, '1.2.0')
  addRecords(root, '1.2.0/added/findings.yaml', {
    ...finding,
    id: 'northmoor-2016-018',
    summary: 'Nobody walks alone.',
  })
  addRecords(root, '1.2.0/withdrawn.yaml', {
    entity: 'finding',
    id: 'blog-2018-001',
    reason: 'The blog was withdrawn.',
    replaced_by: null,
  })
  sealReleases(root)
  const next = buildReleases(root).at(-1)?.snapshot ?? snapshot

  const first = await api.read<Page>('/v1/findings?limit=7')
  t.same(await publish(api.database.owner, root), ['1.2.0'])
  const rest = await walk(first.page.next ?? '', 'next')
  while (api.catalogue.current().release.version !== '1.2.0') await sleep(50) // tap's timeout ends it
  const late = await walk(first.page.next ?? '', 'next')

  const expected = idsOf(selectFindings(snapshot, {}))
  for (const pages of [rest, late]) {
    t.same(idsOfPages([first, ...pages]), expected)
    for (const { meta } of pages) t.equal(meta.release, '1.1.0')
  }
  const fresh = await walk('/v1/findings?limit=7', 'next')
  t.same(idsOfPages(fresh), idsOf(selectFindings(next, {})))
  t.equal(fresh[0]?.meta.release, '1.2.0')
  t.not(idsOfPages(fresh).length, 0)
})
