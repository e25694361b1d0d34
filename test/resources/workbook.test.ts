// The workbook, read by another library than the one that writes it: its sheets hold what the CSV holds.
import readWorkbook, { type CellValue } from 'read-excel-file/node'
import t from 'tap'
import { findingColumnNames as frozen } from '../../src/dataset/finding-table.ts'
import { type List, openApp, publicUrl, type TestApp } from '../support/app.ts'
import { parseCsv } from '../support/tables.ts'

const fixture = await openApp(t, 'fixture')
const real = await openApp(t, 'real')
const names = ['Findings', 'Areas', 'Inspections', 'Publications', 'Agencies', 'Themes', 'About']

type Sheet = readonly (readonly (CellValue | null)[])[]

async function sheetsOf(api: TestApp, address: string): Promise<Map<string, Sheet>> {
  const { statusCode, rawPayload } = await api.get(address)
  if (statusCode !== 200) throw new Error(`${address}: ${statusCode} ${rawPayload}`)
  return new Map((await readWorkbook(rawPayload)).map(({ sheet, data }) => [sheet, data]))
}

const tableOf = async (api: TestApp, address: string): Promise<string[][]> => {
  const { statusCode, body } = await api.get(address)
  if (statusCode !== 200) throw new Error(`${address}: ${statusCode} ${body}`)
  return parseCsv(body)
}

const numeric = new Set(['page', 'item', 'pages'])
const isDay = /^\d{4}-\d{2}-\d{2}$/

/** A record of a CSV as a spreadsheet should hold it: numbers as numbers, days as dates, nothing as an empty cell. */
const asCells = (header: readonly string[], record: readonly string[]) =>
  record.map((text, at) => {
    if (text === '') return null
    if (numeric.has(header[at] ?? '')) return Number(text)
    return isDay.test(text) ? new Date(`${text}T00:00:00Z`) : text
  })

function asSheet([header = [], ...records]: readonly (readonly string[])[]) {
  return [header, ...records.map((record) => asCells(header, record))]
}

for (const [world, api] of [
  ['the invented world', fixture],
  ['the real data', real],
] as const) {
  t.test(`the sheets of ${world} stand in their order and hold every cell of the CSV`, async (t) => {
    const sheets = await sheetsOf(api, '/v1/findings.xlsx')
    t.strictSame([...sheets.keys()], names)
    const findings = asSheet(await tableOf(api, '/v1/findings.csv'))
    t.ok(findings.length > 1)
    t.strictSame(sheets.get('Findings'), findings)
    const days = findings.flat().filter((cell) => cell instanceof Date)
    const numbers = findings.flat().filter((cell) => typeof cell === 'number')
    t.ok(days.length > 0 && numbers.length > 0, 'dates and numbers among them')

    for (const name of names.slice(1, -1)) {
      const csv = await tableOf(api, `/v1/${name.toLowerCase()}.csv`)
      // The workbook tells what a record is; the list, which is about this API, adds counts and links.
      const kept = (csv[0] ?? []).filter((column) => !/^(counts|links)_/.test(column))
      t.strictSame(sheets.get(name), asSheet(csv.map((record) => record.slice(0, kept.length))), name)
      t.ok(csv.length > 1, name)
    }
  })
}

t.test('a selection, its order and its columns are those of the CSV', async (t) => {
  for (const query of [
    'kind=strength&sort=id',
    'area=northmoor&sort=published_on&fields=summary,id,published_on,page',
    'q=children&sort=relevance',
    'scope=national&sort=-id',
  ]) {
    const sheets = await sheetsOf(fixture, `/v1/findings.xlsx?${query}`)
    const csv = await tableOf(fixture, `/v1/findings.csv?${query}`)
    t.ok(csv.length > 1, query)
    t.strictSame(sheets.get('Findings'), asSheet(csv), query)
    t.strictSame([...sheets.keys()], names)
  }
})

t.test('the workbook of a release that is no longer the newest is that of its time', async (t) => {
  const base = '/v1/releases/1.0.0'
  const sheets = await sheetsOf(fixture, `${base}/findings.xlsx`)
  t.strictSame(sheets.get('Findings'), asSheet(await tableOf(fixture, `${base}/findings.csv`)))
  const agencies = await tableOf(fixture, `${base}/agencies.csv`)
  t.strictSame(
    sheets.get('Agencies')?.map(([id]) => id),
    agencies.map(([id]) => id),
  )
  t.match(new Map(sheets.get('About')?.map(([about, text]) => [about, text])).get('Release'), '1.0.0')
})

t.test('About says which release it is, where it came from and how to use it', async (t) => {
  const query = 'area=northmoor&kind=strength'
  const sheets = await sheetsOf(fixture, `/v1/findings.xlsx?${query}`)
  const { page, meta } = await fixture.read<
    List<unknown> & {
      readonly meta: {
        readonly licence: { readonly name: string; readonly url: string }
        readonly attribution: string
        readonly caveats: readonly string[]
      }
    }
  >(`/v1/findings?${query}`)
  const [header, ...lines] = sheets.get('About') ?? []
  t.strictSame(header, ['about', 'text'])
  const about = new Map(lines.map(([what, text]) => [what, text]))
  const permalink = `${publicUrl}/v1/releases/1.1.0/findings.xlsx?${query}`
  t.equal(about.get('Release'), '1.1.0')
  t.equal(about.get('Released at'), meta.released_at)
  t.equal(about.get('Address'), permalink)
  t.equal(about.get('Query'), query)
  t.equal(about.get('Findings'), page.total)
  t.match(about.get('How to cite'), permalink)
  t.match(about.get('How to cite'), '1.1.0')
  t.equal(about.get('Licence'), `${meta.licence.name}, ${meta.licence.url}`)
  t.equal(about.get('Attribution'), meta.attribution)
  t.strictSame(
    lines.filter(([what]) => what === 'Caveat').map(([, text]) => text),
    meta.caveats,
  )
  t.not(meta.caveats.length, 0)
  t.match(about.get('Note on counting'), /count distinct id/)
})

t.test('an empty selection is a workbook with a header and the code lists', async (t) => {
  const sheets = await sheetsOf(fixture, '/v1/findings.xlsx?published_to=1950-01-01')
  t.strictSame([...sheets.keys()], names)
  t.strictSame(sheets.get('Findings'), [frozen])
  t.ok((sheets.get('Areas')?.length ?? 0) > 1)
  t.equal(new Map(sheets.get('About')?.map(([about, text]) => [about, text])).get('Findings'), 0)
})

t.test('a text that looks like a number or a formula stays a text', async (t) => {
  const sheets = await sheetsOf(fixture, '/v1/findings.xlsx')
  const [header = [], ...areas] = sheets.get('Areas') ?? []
  const urn = header.indexOf('ofsted_urn')
  t.ok(urn >= 0)
  for (const row of areas) t.type(row[urn], 'string')
})
