// The table of themes and agencies on the overview: it is the crosstab of the API, and every number leads to what it counts.
import t from 'tap'
import { type List, publicUrl, type TestApp } from '../support/app.ts'
import { askEach, chartQuery, linkedIn, listAt, readHeading, readItem, totalsOf } from '../support/counted.ts'
import { attributeOf, readPage, select, selectOne, textOf } from '../support/html.ts'
import { openWorlds, worlds } from '../support/questions.ts'

interface Count {
  readonly count: number
  readonly url: string
}

interface Crosstab {
  readonly total: Count
  readonly row_values: readonly (Count & { readonly id: string; readonly label: string })[]
  readonly col_values: readonly (Count & { readonly label: string })[]
  readonly cells: readonly Count[]
}

const shows = [
  ['/', 'area_for_improvement'],
  ['/?show=strength', 'strength'],
  ['/?show=both', 'strength,area_for_improvement'],
] as const

/** The link of a page that asks the API what an address of the API asks. */
const linkOf = ({ count, url }: Count) => ({ count, href: url.replace(`${publicUrl}/v1`, '') })

async function countInspections(api: TestApp, href: string): Promise<number> {
  const findings = await listAt<{ inspection: string | null }>(api, `/v1${href}&fields=inspection`)
  return new Set(findings.map(({ inspection }) => inspection)).size
}

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]
  const total = totalsOf(api)

  for (const [path, kind] of shows) {
    t.test(`the heatmap of ${path}, ${world}, is the crosstab of the API`, async (t) => {
      const page = await readPage(api, path)
      const crosstab = await readItem<Crosstab>(
        api,
        `/v1/findings/crosstab?rows=theme&cols=agency&${chartQuery}&kind=${kind}`,
      )
      const rows = select(page, 'table.heatmap tbody tr')
      const cells = rows.map((row) => select(row, 'td').map(linkedIn))
      const width = crosstab.col_values.length
      t.same(
        cells.flatMap((row) => row.slice(0, width)),
        crosstab.cells.map(linkOf),
        'cells',
      )
      t.same(
        cells.map((row) => row.slice(width)),
        crosstab.row_values.map((row) => [linkOf(row)]),
        'sums of rows',
      )
      t.same(
        select(page, 'table.heatmap tfoot td').map(linkedIn),
        [...crosstab.col_values, crosstab.total].map(linkOf),
        'sums of columns, and the total',
      )
      t.same(
        rows.map((row) => textOf(selectOne(row, 'th'))),
        crosstab.row_values.map(({ label }) => label),
      )
      t.same(
        select(page, 'table.heatmap thead th a').map(textOf),
        crosstab.col_values.map(({ label }) => label),
      )
      const inspections = (await api.read<List<unknown>>('/v1/inspections')).data.length
      t.match(textOf(selectOne(page, 'p[id=heatmap-caption]')), `of ${inspections} inspections`)
      const none = crosstab.cells.filter(({ count }) => count === 0).length
      const sentence = textOf(select(page, 'section[aria-labelledby=heatmap-title] p')[0])
      t.match(sentence, `; ${none} of ${crosstab.cells.length} pairs have none.`)

      t.test('the colour of a cell rises with its number', async (t) => {
        const steps = new Map<number, string>()
        for (const cell of rows.flatMap((row) => select(row, 'td').slice(0, width))) {
          const { count } = linkedIn(cell)
          const step = attributeOf(cell, 'class')
          t.equal(steps.get(count) ?? step, step, `${count}: ${step}`)
          steps.set(count, step)
        }
        const byCount = [...steps].sort(([a], [b]) => a - b).map(([, step]) => step)
        t.same(byCount, byCount.toSorted(), 'never falls')
        t.equal(steps.get(0), 'step-0')
        t.equal([...steps.values()].filter((step) => step === 'step-0').length, 1, 'only 0 is uncoloured')
      })
    })

    t.test(`a number of the heatmap of ${path}, ${world}, leads to that many inspections`, async (t) => {
      const page = await readPage(api, path)
      const cells = select(page, 'table.heatmap tbody td')
        .filter((cell) => attributeOf(cell, 'class') !== 'sum')
        .map(linkedIn)
      const sums = [...select(page, 'table.heatmap td.sum'), ...select(page, 'table.heatmap tfoot td')]
      const zeros = cells.filter(({ count }) => count === 0).slice(0, 10)
      const sample = cells.filter((_, at) => at % Math.ceil(cells.length / 50) === 0)
      t.ok(zeros.length > 0)
      const followed = await askEach(
        [...sample, ...zeros, ...sums.map(linkedIn)],
        async ({ count, href }) => ({
          ...{ href, count, listed: await countInspections(api, href), findings: await total(href) },
          said: readHeading(await readPage(api, href)),
        }),
      )
      for (const { href, count, listed, findings, said } of followed) {
        t.equal(listed, count, href)
        t.same(said, { findings, inspections: count, national: 0 }, href)
      }
    })
  }
}
