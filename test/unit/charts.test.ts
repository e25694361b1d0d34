// The charts as functions: what they draw of what they are given.
import t from 'tap'
import { drawBar } from '../../src/explorer/charts/bars.ts'
import { drawHeatmap } from '../../src/explorer/charts/heatmap.ts'
import { drawTimeline } from '../../src/explorer/charts/timeline.ts'

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

t.test('a bar is as wide as its value is of the largest one', async (t) => {
  const widthOf = (value: number, largest: number) =>
    matches(String(drawBar(value, largest, 'strength')), /<rect width="([^"]+)"/g)
  t.same(widthOf(30, 120), ['25%'])
  t.same(widthOf(120, 120), ['100%'])
  t.same(widthOf(1, 3), ['33.33%'])
  t.same(widthOf(0, 120), ['0%'])
  t.same(widthOf(0, 0), ['0%'], 'where there is nothing at all')
})

const value = (id: string, label: string, count: number) => ({
  ...{ id, label, broader: null, count },
  url: `/findings?of=${id}`,
})

function tableOf(counts: readonly number[], most: number): string {
  const crosstab = {
    ...({ rows: 'theme', cols: 'agency', measure: 'inspections', level: 'broad' } as const),
    total: { count: 9, url: '/findings?total' },
    row_values: [value('r', 'Row <1>', 8)],
    col_values: counts.map((_, at) => value(`c${at}`, `Column ${at}`, 7)),
    cells: counts.map((count, at) => ({ row: 'r', col: `c${at}`, count, url: `/findings?cell=${at}&x` })),
  }
  return String(
    drawHeatmap({
      ...{ crosstab, most, caption: 'Caption' },
      pageOfRow: (id) => `/rows/${id}`,
      pageOfCol: (id) => `/cols/${id}`,
    }),
  )
}

t.test('a heatmap is a table: every number a link, coloured in five steps', async (t) => {
  const table = tableOf([0, 1, 2, 3, 4, 5, 6], 6)
  t.same(matches(table, /class="(step-\d)"><a/g), [
    ...['step-0', 'step-1', 'step-1', 'step-2', 'step-3', 'step-4', 'step-4'],
  ])
  t.same(matches(table, /cell=(\d)&amp;x">/g), ['0', '1', '2', '3', '4', '5', '6'])
  t.match(table, '<th scope="row"><a href="/rows/r">Row &lt;1&gt;</a></th>')
  t.match(table, '<th scope="col"><a href="/cols/c0">Column 0</a></th>')
  t.match(table, '<td class="sum"><a href="/findings?of=r">8</a></td>')
  t.match(table, '<td><a href="/findings?total">9</a></td>')
})

t.test('its key names every whole number once, whatever the most there can be', async (t) => {
  for (let most = 2; most <= 40; most += 1) {
    const table = tableOf([0], most)
    const key = matches(table, /swatch step-\d"><\/span> ([^<]+)</g)
    const named = key.flatMap((text) => {
      const [from = 0, to = from] = text.split('–').map(Number)
      return Array.from({ length: to - from + 1 }, (_, at) => from + at)
    })
    t.same(
      [...new Set(named)].sort((a, b) => a - b),
      Array.from({ length: most + 1 }, (_, at) => at),
      `${most}: ${key}`,
    )
  }
})

t.test('its colours agree with its key', async (t) => {
  for (const most of [2, 3, 6, 7, 25]) {
    const counts = Array.from({ length: most + 1 }, (_, at) => at)
    const table = tableOf(counts, most)
    const steps = matches(table, /class="step-(\d)"><a/g).map(Number)
    const key = matches(table, /swatch (step-\d"><\/span> [^<]+)</g).map((text) => {
      const [, step = '', range = ''] = /step-(\d)"><\/span> (.+)/.exec(text) ?? []
      const [from = 0, to = from] = range.split('–').map(Number)
      return { step: Number(step), from, to }
    })
    for (const count of counts) {
      t.ok(
        key.some(({ step, from, to }) => step === steps[count] && from <= count && count <= to),
        `${count} of ${most}`,
      )
    }
  }
})

t.test('a timeline puts days where they belong', async (t) => {
  const event = (name: string, publishedOn: string, from: string | null) => ({
    ...{ name, publishedOn, href: `/areas/${name}` },
    fieldwork: from === null ? null : { from, to: from },
    document: { label: 'letter', url: 'https://letters.example/1' },
  })
  const drawn = String(
    drawTimeline([
      event('first', '2020-03-01', '2020-01-01'),
      event('middle', '2020-07-01', null),
      event('last', '2020-12-31', '2020-12-31'),
    ]),
  )
  const dots = matches(drawn, /class="letter" cx="([\d.]+)%"/g).map(Number)
  const [first = 0, middle = 0, last = 0] = dots
  t.equal(last, 98, 'the last day stands at the right')
  t.match(drawn, 'class="fieldwork" x1="2%"', 'the first day at the left')
  t.ok(Math.abs(middle - first - ((last - 2) * 122) / 365) < 0.1, '122 days are a third of the year')
  t.match(drawn, '1 January 2020')
  t.equal(drawn.includes('style='), false, 'presentation attributes only')
})
