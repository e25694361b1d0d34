// A notebook without this API's help: DuckDB reads the exports from files and counts them itself, to the same counts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { makeFolder } from '../support/folders.ts'
import { freePort } from '../support/process.ts'

interface Counted {
  readonly id: string | null
  readonly count: number
}

interface Facets {
  readonly total: { readonly count: number }
  readonly facets: readonly { readonly dimension: string; readonly values: readonly Counted[] }[]
}

interface Crosstab {
  readonly total: { readonly count: number }
  readonly row_values: readonly Counted[]
  readonly col_values: readonly Counted[]
  readonly cells: readonly {
    readonly row: string | null
    readonly col: string | null
    readonly count: number
  }[]
}

const port = await freePort()
const url = `http://127.0.0.1:${port}`
const { app } = await openApp(t, 'real', { publicUrl: url })
await app.listen({ host: '127.0.0.1', port })

const folder = makeFolder(t)

/** Saves an answer as a file and returns its path. */
async function download(address: string, file: string): Promise<string> {
  const response = await fetch(`${url}/v1${address}`)
  if (response.status !== 200) throw new Error(`${address}: ${response.status} ${await response.text()}`)
  const path = join(folder, file)
  writeFileSync(path, Buffer.from(await response.arrayBuffer()))
  return path
}

async function read<T>(address: string): Promise<T> {
  const response = await fetch(`${url}/v1${address}`)
  const { data }: { data: T } = JSON.parse(await response.text())
  return data
}

async function openDuckDb(): Promise<DuckDBConnection> {
  // Nothing is fetched from anywhere: what reads CSV and JSON is part of the package.
  const settings = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' }
  const instance = await DuckDBInstance.create(':memory:', settings)
  const db = await instance.connect()
  t.teardown(() => {
    db.closeSync()
    instance.closeSync()
  })
  return db
}

const db = await openDuckDb()
const select = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJson()

const csv = (path: string) => `read_csv('${path}', auto_detect = true, strict_mode = true)`
for (const [name, address] of [
  ['findings', '/findings.csv'],
  ['by_agency', '/findings.csv?layout=by-agency'],
  ['by_theme', '/findings.csv?layout=by-theme'],
  ['agencies', '/agencies.csv'],
  ['themes', '/themes.csv'],
  ['areas', '/areas.csv'],
] as const) {
  await db.run(`CREATE TABLE ${name} AS FROM ${csv(await download(address, `${name}.csv`))}`)
}
const lines = await download('/findings.ndjson', 'findings.ndjson')
const whole = await download('/findings.json', 'findings.json')
await db.run(`CREATE TABLE lines AS FROM read_json('${lines}', format = 'newline_delimited')`)
await db.run(
  `CREATE TABLE whole AS SELECT unnest(data, recursive := false) AS finding FROM read_json('${whole}')`,
)

// Every code with itself and each code above it, however deep the list is.
for (const [name, codes] of [
  ['agency_lineage', 'agencies'],
  ['theme_lineage', 'themes'],
] as const) {
  await db.run(`CREATE TABLE ${name} AS WITH RECURSIVE up(code, above, broader) AS (
    SELECT id, id, broader FROM ${codes}
    UNION ALL SELECT up.code, next.id, next.broader FROM up JOIN ${codes} next ON next.id = up.broader
  ) SELECT code, above, broader IS NULL AS is_top FROM up`)
}

/** The findings with the value each has in a dimension, as the whole table tells it. */
const single = (column: string) => `SELECT id, ${column} AS key FROM findings`
const asCoded = (column: string) => `SELECT id, unnest(string_split(${column}, ';')) AS key FROM findings`
const rolledUp = (column: string, lineage: string, only = 'true') =>
  `SELECT DISTINCT id, above AS key FROM (${asCoded(column)}) coded JOIN ${lineage} ON code = key WHERE ${only}`

const dimensions = {
  area: { broad: single('area'), narrow: single('area') },
  region: { broad: single('region'), narrow: single('region') },
  kind: { broad: single('kind'), narrow: single('kind') },
  section: { broad: single('section'), narrow: single('section') },
  basis: { broad: single('basis'), narrow: single('basis') },
  agency: { broad: rolledUp('agencies', 'agency_lineage', 'is_top'), narrow: asCoded('agencies') },
  theme: { broad: rolledUp('themes', 'theme_lineage', 'is_top'), narrow: asCoded('themes') },
} as const
const axes = ['area', 'region', 'kind', 'section', 'basis', 'agency', 'theme'] as const

const measures = {
  findings: 'count(DISTINCT findings.id)',
  inspections: 'count(DISTINCT inspection)',
} as const

/** The values that have anything, by their identifier. */
const counts = (values: readonly Counted[]) =>
  Object.fromEntries(values.filter(({ count }) => count > 0).map(({ id, count }) => [String(id), count]))

/** The rows of a query with `key` and `count`, the same way. */
async function countIn(sql: string) {
  const rows = await select(sql)
  return Object.fromEntries(
    rows.map(({ key, count }) => [String(key), Number(count)] as const).filter(([, count]) => count > 0),
  )
}

t.test('DuckDB takes every column for what it is', async (t) => {
  const described = await select('DESCRIBE findings')
  const types = Object.fromEntries(
    described.map(({ column_name, column_type }) => [column_name, column_type]),
  )
  const { published_on, page, item, ...others } = types
  t.same({ published_on, page, item }, { published_on: 'DATE', page: 'BIGINT', item: 'BIGINT' })
  t.same([...new Set(Object.values(others))], ['VARCHAR'])
  t.equal(described.length, 23)
  const [line] = await select(
    'SELECT typeof(published_on) AS day, typeof(agencies) AS codes FROM lines LIMIT 1',
  )
  t.same(line, { day: 'DATE', codes: 'VARCHAR[]' }, 'fields of the NDJSON too')
  const [agencies] = await select('SELECT count(*) AS count FROM agencies WHERE counts_total > 0')
  t.ok(Number(agencies?.count) > 0, 'a code list too: its counts are numbers')
})

t.test('CSV, NDJSON and JSON hold the same findings', async (t) => {
  const { total } = await read<Facets>('/findings/facets')
  const rows = await Promise.all([
    select('SELECT id, published_on::VARCHAR AS published_on, summary, note, kind FROM findings'),
    select('SELECT id, published_on::VARCHAR AS published_on, summary, note, kind FROM lines'),
    select(`SELECT finding.id, finding.published_on::VARCHAR AS published_on, finding.summary, finding.note,
      finding.kind FROM whole`),
  ])
  const [ofCsv, ofLines, ofWhole] = rows
  t.equal(ofCsv?.length, total.count)
  t.same(ofLines, ofCsv)
  t.same(ofWhole, ofCsv)
  const lists = await Promise.all([
    select(
      "SELECT id, string_split(agencies, ';') AS agencies, string_split(themes, ';') AS themes FROM findings",
    ),
    select('SELECT id, agencies, themes FROM lines'),
    select('SELECT finding.id, finding.agencies, finding.themes FROM whole'),
  ])
  t.same(lists[1], lists[0])
  t.same(lists[2], lists[0])
})

t.test('its own grouping gives the counts of every facet', async (t) => {
  const columns = ['area', 'kind', 'section', 'basis', 'scope', 'inspection', 'programme', 'region']
  const groupings: Readonly<Record<string, string>> = {
    ...Object.fromEntries(columns.map((column) => [column, single(column)])),
    publication: 'SELECT id, publication AS key FROM lines',
    agency: rolledUp('agencies', 'agency_lineage'),
    theme: rolledUp('themes', 'theme_lineage'),
  }
  const { facets } = await read<Facets>('/findings/facets')
  t.equal(facets.length, Object.keys(groupings).length)
  for (const { dimension, values } of facets) {
    const own = await countIn(
      `SELECT key, count(DISTINCT id) AS count FROM (${groupings[dimension]}) GROUP BY key`,
    )
    t.same(counts(values), own, dimension)
  }
})

t.test('as coded, the layouts by agency and by theme give the same counts', async (t) => {
  const { facets } = await read<Facets>('/findings/facets?rollup=false&kind=strength')
  for (const [dimension, table, column] of [
    ['agency', 'by_agency', 'agencies'],
    ['theme', 'by_theme', 'themes'],
  ] as const) {
    const values = facets.find((facet) => facet.dimension === dimension)?.values ?? []
    const where = "WHERE kind = 'strength'"
    t.ok(Object.keys(counts(values)).length > 10)
    t.same(
      counts(values),
      await countIn(`SELECT ${column} AS key, count(*) AS count FROM ${table} ${where} GROUP BY key`),
      `a row for each ${dimension} of a finding`,
    )
    t.same(
      counts(values),
      await countIn(`SELECT key, count(*) AS count FROM (${asCoded(column)} ${where}) GROUP BY key`),
      'as many as the joined values',
    )
    const [distinct] = await select(`SELECT count(DISTINCT id) AS count FROM ${table}`)
    const [all] = await select('SELECT count(*) AS count FROM findings')
    t.same(distinct, all, 'distinct ids are the findings')
  }
})

for (const level of ['broad', 'narrow'] as const) {
  for (const measure of ['findings', 'inspections'] as const) {
    t.test(`its own cross tabulation of ${measure}, ${level}, is the one of the API`, async (t) => {
      for (const [rows, cols] of axes.flatMap((rows) =>
        axes.filter((cols) => cols !== rows).map((cols) => [rows, cols] as const),
      )) {
        const table = await read<Crosstab>(
          `/findings/crosstab?rows=${rows}&cols=${cols}&measure=${measure}&level=${level}`,
        )
        const joined = `findings
          JOIN (${dimensions[rows][level]}) r ON r.id = findings.id
          JOIN (${dimensions[cols][level]}) c ON c.id = findings.id`
        const own = (key: string) =>
          countIn(`SELECT ${key} AS key, ${measures[measure]} AS count FROM ${joined} GROUP BY ALL`)
        const cells = table.cells.map(({ row, col, count }) => ({ id: `${row} ${col}`, count }))
        const told = {
          cells: counts(cells),
          rows: counts(table.row_values),
          cols: counts(table.col_values),
          total: table.total.count,
        }
        const counted = {
          cells: await own(`coalesce(r.key, 'null') || ' ' || coalesce(c.key, 'null')`),
          rows: await own('r.key'),
          cols: await own('c.key'),
          total: (await own(`'all'`)).all,
        }
        t.same(told, counted, `${rows} by ${cols}`)
      }
    })
  }
}

t.test('a filtered file counts like a filtered table', async (t) => {
  const filters = 'agency=health&published_from=2016-12-01&section=key_strengths,areas_for_improvement'
  const file = await download(`/findings.csv?${filters}`, 'filtered.csv')
  const table = await read<Crosstab>(`/findings/crosstab?rows=area&cols=kind&measure=findings&${filters}`)
  const cells = table.cells.map(({ row, col, count }) => ({ id: `${row} ${col}`, count }))
  const [all] = await select(`SELECT count(*) AS count FROM ${csv(file)}`)
  t.equal(Number(all?.count), table.total.count)
  t.same(
    counts(cells),
    await countIn(
      `SELECT coalesce(area, 'null') || ' ' || kind AS key, count(*) AS count FROM ${csv(file)} GROUP BY key`,
    ),
  )
})
