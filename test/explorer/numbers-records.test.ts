// What each letter lists, the sentences that count, and the pages of areas, agencies and themes: no number differs from the API's.
import t, { type Test } from 'tap'
import type { List } from '../support/app.ts'
import {
  askEach,
  type Counts,
  chartQuery,
  linkedIn,
  numberIn,
  readItem,
  totalsOf,
} from '../support/counted.ts'
import { attributeOf, type Element, readPage, select, selectOne, textOf } from '../support/html.ts'
import { openWorlds, worlds } from '../support/questions.ts'

interface Inspection {
  readonly id: string
  readonly area: string
  readonly letter: string
  readonly published_on: string
}

interface Described {
  readonly id: string
  readonly label?: string
  readonly name?: string
  readonly counts: Counts
}

const kinds = ['strength', 'area_for_improvement', 'context'] as const

const dayOf = (day: string) =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(day))

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]
  const total = totalsOf(api)

  t.test(`what each letter lists, ${world}: a row for each area, in order of its first letter`, async (t) => {
    const page = await readPage(api, '/')
    const section = selectOne(page, 'section[aria-labelledby=letters-title]')
    const rows = section === undefined ? [] : select(section, 'tbody tr')
    const inspections = (await api.read<List<Inspection>>('/v1/inspections')).data
    const names = new Map(
      (await api.read<List<Described>>('/v1/areas')).data.map(({ id, name }) => [id, name]),
    )
    t.same(
      rows.map((row) => [textOf(selectOne(row, 'th')), textOf(selectOne(row, 'td'))]),
      [
        ...Map.groupBy(
          inspections.toSorted((a, b) => (a.published_on < b.published_on ? -1 : 1)),
          ({ area }) => area,
        ),
      ].map(([area, letters]) => [
        names.get(area),
        letters.map(({ published_on }) => dayOf(published_on)).join(' and '),
      ]),
    )
  })

  t.test(`what each letter lists, ${world}: as many as the API lists`, async (t) => {
    const page = await readPage(api, '/')
    const section = selectOne(page, 'section[aria-labelledby=letters-title]')
    const bars = section === undefined ? [] : select(section, 'td.bars__value')
    const counts = bars.map(linkedIn)
    await checkLinks(t, bars)
    checkBars(t, bars)
    const sum = (from: number) =>
      counts.reduce((all, { count }, at) => (at % 2 === from ? all + count : all), 0)
    for (const [at, kind] of ['strength', 'area_for_improvement'].entries()) {
      t.equal(sum(at), await total(`/findings?${chartQuery}&kind=${kind}`), `${kind}, all letters`)
    }
    t.match(
      textOf(selectOne(section, 'p')),
      `Together the letters list ${sum(0)} strengths and ${sum(1)} areas for improvement.`,
    )
  })

  t.test(`the sentences that count, ${world}, count what the API counts`, async (t) => {
    const { counts, coverage } = await readItem<{ counts: Counts; coverage: Record<string, number> }>(
      api,
      '/v1',
    )
    const findings = `${counts.total} findings`
    t.match(textOf(selectOne(await readPage(api, '/'), 'p.lede')), findings)
    t.match(textOf(selectOne(await readPage(api, '/'), 'p.lede')), `in ${coverage.areas} areas`)
    t.match(
      textOf(selectOne(await readPage(api, '/about'), 'p.lede')),
      `${findings} of ${coverage.inspections} joint targeted area inspections`,
    )
    const releases = (await api.read<List<{ version: string; counts: Counts }>>('/v1/releases')).data
    t.same(
      select(await readPage(api, '/releases'), 'section.release').map((section) => [
        textOf(selectOne(section, 'h2')),
        textOf(select(section, 'dd')[2]),
      ]),
      releases.map(({ version, counts: { total, strength, area_for_improvement: areas, context } }) => [
        version,
        `${total} findings: ${strength} strengths, ${areas} areas for improvement, ${context} context`,
      ]),
    )
  })

  for (const [path, dimension] of [
    ['areas', 'area'],
    ['agencies', 'agency'],
    ['themes', 'theme'],
  ] as const) {
    t.test(`the page of every one of the ${path}, ${world}, counts what the API counts`, async (t) => {
      const records = (await api.read<List<Described>>(`/v1/${path}`)).data
      for (const { id, label, name } of records) {
        const page = await readPage(api, `/${path}/${id}`)
        const { counts } = await readItem<Described>(api, `/v1/${path}/${id}`)
        t.equal(textOf(selectOne(page, 'h1')), label ?? name)
        const figures = select(page, 'ul.figures li a')
        const shown = figures.map((link) => numberIn(textOf(selectOne(link, 'strong'))))
        t.same(shown, [counts.total, ...kinds.map((kind) => counts[kind])], id)
        for (const [at, link] of figures.entries()) {
          t.equal(await total(attributeOf(link, 'href')), shown[at], attributeOf(link, 'href'))
        }
        await checkTables(t, page, `${dimension}=${id}`)
      }
    })
  }

  async function checkLinks(t: Test, elements: readonly Element[]): Promise<void> {
    const links = elements.map(linkedIn)
    const totals = await askEach(links, ({ href }) => total(href))
    for (const [at, { count, href }] of links.entries()) t.equal(totals[at], count, href)
  }

  async function checkTables(t: Test, page: Element, query: string): Promise<void> {
    const all = await total(`/findings?${chartQuery}&${query}`)
    const sections = select(page, 'main section').filter(
      (section) => select(section, 'table.bars').length > 0,
    )
    t.equal(sections.length, all > 0 ? 2 : 0, query)
    for (const section of sections) {
      const bars = select(section, 'td.bars__value')
      await checkLinks(t, bars)
      checkBars(t, bars)
      const [findings = '', rows = ''] = textOf(selectOne(section, 'p')).match(/\d+/g) ?? []
      t.equal(Number(findings), all, query)
      t.equal(Number(rows), select(section, 'tbody tr').length)
    }
  }
}

/** Each bar is as long, in percent of the longest, as its number says. */
function checkBars(t: Test, bars: readonly Element[]): void {
  const counts = bars.map((bar) => linkedIn(bar).count)
  const largest = Math.max(...counts)
  t.same(
    bars.map((bar) => attributeOf(select(bar, 'svg rect')[1], 'width')),
    counts.map((count) => `${Number(((count / largest) * 100).toFixed(2))}%`),
  )
}
