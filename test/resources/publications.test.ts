// Publications: dates first, with documents that carry none.
import t from 'tap'
import { type List, openApp } from '../support/app.ts'
import { idsOf, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')

interface Publication {
  readonly id: string
  readonly type: string
  readonly published_on: string | null
}

const all: readonly Publication[] = [...snapshotOf().publication.values()]
const list = async (query: string) => (await api.read<List<Publication>>(`/v1/publications?${query}`)).data

t.test('the timeline of the letters runs from the oldest to the newest', async (t) => {
  const letters = await list('type=inspection_letter&sort=published_on')
  t.same(
    letters.map(({ id, published_on }) => [id, published_on]),
    [
      ['letter-northmoor-2016', '2016-02-29'],
      ['letter-northmoor-2016-b', '2016-12-31'],
      ['letter-eastvale-2016', '2017-01-01'],
      ['letter-sankt-anna-2016', '2017-01-01'],
      ['letter-pont-ecoute-2017', '2017-03-01'],
    ],
  )
})

t.test('what has no date comes last both ways, and ties keep the order of the list', async (t) => {
  for (const [sort, sign] of [
    ['published_on', 1],
    ['-published_on', -1],
  ] as const) {
    const sorted = await list(`sort=${sort}`)
    t.equal(sorted.at(-1)?.id, 'news-undated', sort)
    const dated = all.filter(({ published_on }) => published_on !== null)
    const expected = dated.toSorted(
      (a, b) => sign * (a.published_on ?? '').localeCompare(b.published_on ?? ''),
    )
    t.same(idsOf(sorted.slice(0, -1)), idsOf(expected), sort)
  }
})

t.test('without sort the order is that of the code list', async (t) => {
  t.same(idsOf(await list('')), idsOf(all))
})

t.test('types filter, and several mean any of them', async (t) => {
  const types = ['guidance', 'news_article']
  const expected = idsOf(all.filter(({ type }) => types.includes(type)))
  t.same(idsOf(await list('type=guidance,news_article')), expected)
  t.same(idsOf(await list('type=news_article&type=guidance')), expected)
  t.match(await api.refuse('/v1/publications?type=news_artikle'), {
    status: 400,
    errors: [{ parameter: 'type', did_you_mean: 'news_article' }],
  })
})

t.test('dates filter to the day, both ends included, and leave out what has no date', async (t) => {
  const between = (from: string, to: string) =>
    idsOf(all.filter(({ published_on: on }) => on !== null && on >= from && on <= to))
  for (const [from, to] of [
    ['2016-01-04', '2016-01-04'],
    ['2016-02-29', '2016-03-01'],
    ['2016-12-31', '2017-01-01'],
    ['2017-01-02', '2017-02-28'],
    ['1900-01-01', '2099-12-31'],
  ] as const) {
    const found = idsOf(await list(`published_from=${from}&published_to=${to}`))
    t.same(found, between(from, to), `${from} to ${to}`)
  }
  t.same(idsOf(await list('published_from=2018-02-28')), ['blog-young-carers-2018'])
  t.same(idsOf(await list('published_from=2018-03-01')), [])
  t.same(idsOf(await list('published_to=2016-01-03')), [])
})

t.test('a date that does not exist is refused', async (t) => {
  for (const date of [
    '2017-02-29',
    '2016-13-01',
    '2016-2-9',
    '16-02-09',
    'yesterday',
    '2016-02-29T00:00:00Z',
  ]) {
    t.match(
      await api.refuse(`/v1/publications?published_from=${date}`),
      { status: 400, errors: [{ parameter: 'published_from' }] },
      date,
    )
  }
})

t.test('a range that ends before it begins is refused', async (t) => {
  t.match(await api.refuse('/v1/publications?published_from=2017-01-02&published_to=2017-01-01'), {
    status: 400,
    errors: [{ parameter: 'published_to' }],
  })
})
