// The files of a release in the hands of those they are for: each read by a program that knows nothing of this API.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import canonicalize from 'canonicalize'
import readWorkbook from 'read-excel-file/node'
import t, { type Test } from 'tap'
import { type Item, type List, openApp, type TestApp } from '../support/app.ts'
import { makeFolder } from '../support/folders.ts'
import { realRelease } from '../support/releases.ts'
import { parseCsv } from '../support/tables.ts'

const run = promisify(execFile)
const fixture = await openApp(t, 'fixture')
const real = await openApp(t, 'real')
const worlds: readonly (readonly [name: string, api: TestApp, version: string])[] = [
  ['the invented world', fixture, '1.1.0'],
  ['the invented world before', fixture, '1.0.0'],
  ['the real data', real, realRelease],
  ['the real data before', real, '1.0.0'],
]

interface Release {
  readonly content_sha256: string
  readonly records: Readonly<Record<string, number>>
  readonly files: readonly { readonly name: string; readonly url: string; readonly sha256: string }[]
}

/** Downloads all.zip and unpacks it with a program; gives the folder. */
async function download(api: TestApp, version: string): Promise<string> {
  const folder = makeFolder(t)
  const { statusCode, rawPayload } = await api.get(`/v1/releases/${version}/files/all.zip`)
  if (statusCode !== 200) throw new Error(`all.zip: ${statusCode}`)
  const zip = join(makeFolder(t), 'all.zip')
  writeFileSync(zip, rawPayload)
  await run('unzip', ['-q', zip, '-d', folder])
  return folder
}

const tables = [
  ...['programmes', 'inspectorates', 'areas', 'publications', 'agencies', 'themes', 'inspections'],
  ...['findings', 'evidence'],
]

interface Field {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly itemType?: string
  readonly delimiter?: string
  readonly description: string
  readonly constraints?: { readonly required?: boolean; readonly enum?: readonly string[] }
}
interface Resource {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly hash: string
  readonly rows: number
  readonly schema: {
    readonly fields: readonly Field[]
    readonly primaryKey: readonly string[]
    readonly missingValues: readonly string[]
    readonly foreignKeys?: readonly {
      readonly fields: readonly string[]
      readonly reference: { readonly resource?: string; readonly fields: readonly string[] }
    }[]
  }
}
interface CsvwColumn {
  readonly name: string
  readonly titles: string
  readonly datatype: string | { readonly base: string; readonly format: string }
  readonly separator?: string
  readonly required?: boolean
  readonly null: string
}

const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
const isOfType: Readonly<Record<string, (text: string) => boolean>> = {
  string: (text) => text.trim() === text,
  integer: (text) => /^-?(0|[1-9]\d*)$/.test(text),
  date: isDay,
  yearmonth: (text) => /^\d{4}-(0[1-9]|1[0-2])$/.test(text),
  uri: (text) => /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text),
}
const typeOf = ({ type, format }: Field): string => format ?? type
const csvwTypes: Readonly<Record<string, unknown>> = {
  string: 'string',
  integer: 'integer',
  date: { base: 'date', format: 'yyyy-MM-dd' },
  yearmonth: 'gYearMonth',
  uri: 'anyURI',
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function isRight({ type, format, itemType, delimiter = '', constraints = {} }: Field, cell: string): boolean {
  if (cell === '') return constraints.required !== true
  if (type === 'list')
    return cell.split(delimiter).every((one) => one !== '' && isOfType[itemType ?? '']?.(one))
  const isAllowed = constraints.enum?.includes(cell) ?? true
  return isAllowed && isOfType[format ?? type]?.(cell) === true
}

const numeric = new Set(['page', 'item', 'pages'])

/** A record of a CSV as a spreadsheet should hold it: numbers as numbers, days as dates, nothing as an empty cell. */
const asCells = (header: readonly string[], record: readonly string[]) =>
  record.map((text, at) => {
    if (text === '') return null
    if (numeric.has(header[at] ?? '')) return Number(text)
    return isDay(text) ? new Date(`${text}T00:00:00Z`) : text
  })

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

// All of them before the first test: tests begin to run while anything else is awaited.
const editions = await Promise.all(
  worlds.map(async ([world, api, version]) => ({
    ...{ world, api, version, folder: await download(api, version) },
    release: (await api.read<Item<Release>>(`/v1/releases/${version}`)).data,
  })),
)

for (const { world, api, version, folder, release } of editions) {
  const read = (name: string) => readFileSync(join(folder, name))
  const csv = new Map(tables.map((name) => [name, parseCsv(read(`${name}.csv`).toString())]))
  const rowsOf = (name: string) => (csv.get(name) ?? []).slice(1)
  const headerOf = (name: string) => csv.get(name)?.[0] ?? []
  const records = read('findings.ndjson')
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line): Record<string, unknown> => JSON.parse(line))

  t.test(`sha256sum proves every file of ${world}`, async (t) => {
    const { stdout } = await run('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder })
    const names = readdirSync(folder).filter((name) => name !== 'SHA256SUMS')
    t.same(stdout.trim().split('\n').sort(), names.map((name) => `${name}: OK`).sort())
    t.same(
      names.map((name) => `${name} ${hashOf(read(name))}`).sort(),
      release.files
        .filter(({ name }) => !['all.zip', 'SHA256SUMS'].includes(name))
        .map(({ name, sha256 }) => `${name} ${sha256}`)
        .sort(),
      'as the release lists them',
    )
    const themes = read('themes.csv')
    writeFileSync(join(folder, 'themes.csv'), 'id\r\n')
    await t.rejects(
      run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder }),
      'one that was changed is noticed',
    )
    writeFileSync(join(folder, 'themes.csv'), themes)
  })

  t.test(`findings.ndjson of ${world} is what the API lists`, async (t) => {
    const listed: unknown[] = []
    for (let address: string | null = `/v1/releases/${version}/findings?limit=500`; address !== null; ) {
      const { data, page }: List<{ readonly url: string }> = await api.read(address)
      listed.push(...data.map(({ url: _url, ...finding }) => finding))
      address = page.next
    }
    t.equal(records.length, release.records.findings)
    // Also the order of the fields: whoever looks at a line sees the API's record.
    t.strictSame(
      records.map((one) => JSON.stringify(one)),
      listed.map((one) => JSON.stringify(one)),
    )
    t.ok(
      records.some((one) => JSON.stringify(one).includes('"note":null')),
      'nothing is left out for being null',
    )
  })

  t.test(`evidence.csv of ${world} is the evidence of findings.ndjson`, async (t) => {
    const lines = records.flatMap(({ id, evidence }) =>
      [evidence].flat().map((one, index) => [id, index + 1, ...Object.values(Object(one))]),
    )
    t.same(headerOf('evidence').slice(2), Object.keys(Object([records[0]?.evidence].flat()[0])))
    t.strictSame(
      rowsOf('evidence'),
      lines.map((line) => line.map((value) => String(value ?? ''))),
    )
    t.ok(lines.length > records.length, 'some have more than one')
  })

  t.test(`the descriptions of ${world} agree with each other and with the tables`, async (t) => {
    const described: {
      readonly version: string
      readonly content_sha256: string
      readonly resources: Resource[]
    } = JSON.parse(read('datapackage.json').toString())
    t.equal(described.version, version)
    t.equal(described.content_sha256, release.content_sha256)
    t.same(
      described.resources.map(({ name }) => name),
      tables,
    )
    for (const resource of described.resources) checkTable(t, resource)

    const findings = described.resources.find(({ name }) => name === 'findings')
    const metadata: {
      readonly url: string
      readonly 'dc:extent': string
      readonly 'dc:identifier': string
      readonly tableSchema: { readonly primaryKey: string[]; readonly columns: readonly CsvwColumn[] }
    } = JSON.parse(read('findings.csv-metadata.json').toString())
    t.equal(metadata.url, 'findings.csv', 'found beside it')
    t.equal(metadata['dc:extent'], `${findings?.rows} rows, ${findings?.bytes} bytes`)
    t.equal(metadata['dc:identifier'], findings?.hash)
    t.same(metadata.tableSchema.primaryKey, findings?.schema.primaryKey)
    t.same(
      metadata.tableSchema.columns.map(({ name, titles, separator, required }) => [
        name,
        titles,
        separator,
        required,
      ]),
      findings?.schema.fields.map(({ name, delimiter, constraints }) => [
        name,
        name,
        delimiter,
        constraints?.required,
      ]),
    )
    for (const [at, { name, datatype, null: missing }] of metadata.tableSchema.columns.entries()) {
      t.equal(missing, '')
      const field = findings?.schema.fields[at]
      const values = field?.constraints?.enum
      if (typeof datatype === 'object' && datatype.base === 'string') {
        t.equal(datatype.format, `^(${values?.join('|')})$`, name)
        const pattern = new RegExp(datatype.format)
        t.ok(
          rowsOf('findings').every((row) => pattern.test(row[at] ?? '')),
          name,
        )
      } else {
        t.equal(values, undefined)
        t.same(datatype, csvwTypes[field?.itemType ?? (field ? typeOf(field) : '')], name)
      }
    }
  })

  /** Every cell is what its table says of it. */
  function checkTable(t: Test, { name, path, bytes, hash, rows, schema }: Resource): void {
    const content = read(path)
    t.equal(content.length, bytes, path)
    t.equal(`sha256:${hashOf(content)}`, hash, path)
    t.equal(rowsOf(name).length, rows, path)
    t.same(
      headerOf(name),
      schema.fields.map((field) => field.name),
      path,
    )
    t.same(schema.missingValues, [''])
    const mistakes = rowsOf(name).flatMap((row) =>
      schema.fields.flatMap((field, at) =>
        isRight(field, row[at] ?? '') ? [] : [`${path} ${field.name}: ${row[at]}`],
      ),
    )
    t.same(mistakes, [], `${path}: every cell is of its type`)
    for (const { description } of schema.fields) t.match(description, /^\S.*\.$/, path)

    const at = (column: string) => headerOf(name).indexOf(column)
    const keys = rowsOf(name).map((row) => schema.primaryKey.map((column) => row[at(column)]).join(' '))
    t.equal(new Set(keys).size, keys.length, `${path}: no key twice`)
    for (const { fields, reference } of schema.foreignKeys ?? []) {
      const other = reference.resource ?? name
      t.same(reference.fields, ['id'])
      const known = new Set(rowsOf(other).map((row) => row[headerOf(other).indexOf('id')]))
      const used = rowsOf(name).flatMap((row) => row[at(fields[0] ?? '')] || [])
      t.same(
        used.filter((id) => !known.has(id)),
        [],
        `${path}: every ${fields} is one of ${other}`,
      )
    }
  }

  t.test(`${world} names every reference between its tables`, async (t) => {
    const described: { readonly resources: Resource[] } = JSON.parse(read('datapackage.json').toString())
    // A column whose cells all are identifiers of one table, and of it alone, refers to that table.
    const ids = new Map(
      tables.map((name) => [name, new Set(rowsOf(name).map((row) => row[headerOf(name).indexOf('id')]))]),
    )
    for (const { name, schema } of described.resources) {
      for (const [at, field] of schema.fields.entries()) {
        if (field.name === 'id' || field.type !== 'string') continue
        const used = rowsOf(name).flatMap((row) => row[at] || [])
        const targets = tables.filter((one) => used.length > 0 && used.every((id) => ids.get(one)?.has(id)))
        const declared = (schema.foreignKeys ?? []).filter(({ fields }) => fields.includes(field.name))
        if (targets.length > 0) t.equal(declared.length, 1, `${name}.${field.name} refers to ${targets}`)
      }
    }
  })

  t.test(`DuckDB reads the Parquet of ${world} as its CSV, in types`, async (t) => {
    const db = await (await DuckDBInstance.create()).connect()
    t.teardown(() => db.closeSync())
    const ask = async (question: string) => (await db.runAndReadAll(question)).getRowObjectsJson()
    const parquet = `'${join(folder, 'findings.parquet')}'`
    const types = await ask(`SELECT column_name, column_type FROM (DESCRIBE FROM ${parquet})`)
    const wanted: Readonly<Record<string, string>> = {
      ...{ published_on: 'DATE', page: 'INTEGER', item: 'INTEGER', agencies: 'VARCHAR[]' },
      ...{ agency_labels: 'VARCHAR[]', themes: 'VARCHAR[]', theme_labels: 'VARCHAR[]' },
    }
    t.same(
      types,
      headerOf('findings').map((column_name) => ({
        column_name,
        column_type: wanted[column_name] ?? 'VARCHAR',
      })),
    )
    const columns = headerOf('findings').map((name) => {
      const type = wanted[name] ?? 'VARCHAR'
      return type === 'VARCHAR[]'
        ? `string_split(${name}, ';') AS ${name}`
        : `CAST(${name} AS ${type}) AS ${name}`
    })
    await db.run(`CREATE TABLE csv AS SELECT row_number() OVER () AS line, ${columns.join(', ')}
      FROM read_csv('${join(folder, 'findings.csv')}', all_varchar = true, header = true)`)
    await db.run(`CREATE TABLE parquet AS SELECT row_number() OVER () AS line, * FROM ${parquet}`)
    t.same(await ask('SELECT count(*)::INTEGER AS n FROM csv'), [{ n: release.records.findings }])
    t.same(await ask('SELECT count(*)::INTEGER AS n FROM parquet'), [{ n: release.records.findings }])
    t.same(await ask('FROM parquet EXCEPT FROM csv'), [])
    t.same(await ask('FROM csv EXCEPT FROM parquet'), [])
    const nullable = headerOf('findings').map(
      (name) => `count(*) FILTER (${name} IS NULL)::INTEGER AS ${name}`,
    )
    const [empty = {}] = await ask(`SELECT ${nullable.join(', ')} FROM parquet`)
    const counted = headerOf('findings').map((name, at) => [
      name,
      rowsOf('findings').filter((row) => row[at] === '').length,
    ])
    t.same(empty, Object.fromEntries(counted), 'nothing is null, not an empty text')

    const guessed = await ask(
      `SELECT column_name, column_type FROM (DESCRIBE FROM '${join(folder, 'findings.csv')}')`,
    )
    t.match(
      guessed.find(({ column_name }) => column_name === 'published_on'),
      { column_type: 'DATE' },
    )
    const about = await ask(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${parquet})`,
    )
    t.match(Object.fromEntries(about.map(({ key, value }) => [key, value])), {
      version,
      content_sha256: release.content_sha256,
      licence: /^https:/,
    })
  })

  t.test(`SQLite reads ${world} whole and sound`, async (t) => {
    const db = new DatabaseSync(join(folder, 'jtai.sqlite'), { readOnly: true })
    t.teardown(() => db.close())
    const all = (question: string, ...values: string[]) => db.prepare(question).all(...values)
    t.same(all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }])
    t.same(all('PRAGMA foreign_key_check'), [])
    t.ok(
      all(`SELECT * FROM sqlite_master m, pragma_foreign_key_list(m.name)`).length > 15,
      'and there are references',
    )
    for (const [name, count] of Object.entries(release.records))
      t.same(all(`SELECT count(*) AS n FROM ${name}`), [{ n: count }], name)
    const about = Object.fromEntries(all('SELECT * FROM about').map(({ name, text }) => [name, text]))
    t.match(about, {
      version,
      content_sha256: release.content_sha256,
      licence: 'OGL-UK-3.0',
      attribution: /./,
    })

    for (const name of tables) t.strictSame(tableOf(db, name), rowsOf(name), `${name} is ${name}.csv`)
    const flat = all('SELECT * FROM findings_flat ORDER BY position')
    t.strictSame(
      flat.map((row) => headerOf('findings').map((column) => String(row[column] ?? ''))),
      rowsOf('findings'),
      'the view is findings.csv',
    )
    t.ok(
      flat.some(({ page }) => typeof page === 'number'),
      'a number is a number',
    )
    t.equal(rebuildHash(db), release.content_sha256, 'the checksum of the release follows from it')
  })

  /** A table as its CSV shows it: lists, which are tables of their own, joined again. */
  function tableOf(db: DatabaseSync, name: string): string[][] {
    const view = name === 'findings' ? 'findings_flat' : name
    const found = db
      .prepare(`SELECT * FROM ${view} ORDER BY ${name === 'evidence' ? 'rowid' : 'position'}`)
      .all()
    return found.map((row) =>
      headerOf(name).map((column) => {
        if (column in row) return String(row[column] ?? '')
        return listOf(db, name, column, String(row.id))
          .map((one) => one.replaceAll(';', ','))
          .join(';')
      }),
    )
  }

  function listOf(db: DatabaseSync, table: string, column: string, id: string): string[] {
    const list = db.prepare(
      `SELECT ${column} AS value FROM ${table}_${column} WHERE ${table} = ? ORDER BY position`,
    )
    return list.all(id).map(({ value }) => String(value))
  }

  /** content_sha256 as the codebook tells it: findings as the lines are, the other records from the database. */
  function rebuildHash(db: DatabaseSync): string {
    const content: Record<string, unknown> = { findings: records }
    for (const name of tables.filter((name) => !['findings', 'evidence'].includes(name))) {
      const lists = headerOf(name).filter(
        (column) =>
          db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(`${name}_${column}`) !== undefined,
      )
      content[name] = db
        .prepare(`SELECT * FROM ${name} ORDER BY position`)
        .all()
        .map(({ position: _position, ...row }) => ({
          ...row,
          ...Object.fromEntries(lists.map((column) => [column, listOf(db, name, column, String(row.id))])),
        }))
    }
    return hashOf(Buffer.from(canonicalize(content) ?? ''))
  }

  t.test(`the full text of ${world} finds every word, and nothing without it`, async (t) => {
    const db = new DatabaseSync(join(folder, 'jtai.sqlite'), { readOnly: true })
    t.teardown(() => db.close())
    const find = db.prepare('SELECT id FROM findings_text WHERE findings_text MATCH ? ORDER BY id')
    const like = db.prepare(`SELECT id FROM findings_flat
      WHERE ' ' || summary || ' ' LIKE ? OR ' ' || agency_labels || ' ' LIKE ? ORDER BY id`)
    const texts = new Map(
      db
        .prepare(
          `SELECT id, summary || ' ' || agency_labels || ' ' || theme_labels AS text FROM findings_flat`,
        )
        .all()
        .map(({ id, text }) => [String(id), wordsOf(String(text))]),
    )
    const words = [...new Set([...texts.values()].flat())].filter((word) => /^[a-z]{4,}$/.test(word))
    t.ok(words.length > 200)
    const missed: string[] = []
    const wrong: string[] = []
    for (const word of words.filter((_, index) => index % Math.ceil(words.length / 300) === 0)) {
      const found = new Set(find.all(`"${word}"`).map(({ id }) => String(id)))
      const held = like.all(`% ${word} %`, `% ${word} %`).map(({ id }) => String(id))
      for (const id of held) if (!found.has(id)) missed.push(`${word} in ${id}`)
      const start = word.slice(0, 2) // a stem may end after two letters, as that of lies and lying does
      for (const id of found)
        if (!texts.get(id)?.some((other) => other.startsWith(start))) wrong.push(`${word} in ${id}`)
    }
    t.same(missed, [])
    t.same(wrong, [])
    t.same(find.all('"thiswordisnowhere"'), [])
    t.equal(find.all('children').length, find.all('CHILDREN').length, 'letters may be large or small')
  })

  t.test(`a spreadsheet shows the tables of ${world}`, async (t) => {
    const sheets = new Map(
      (await readWorkbook(read('findings.xlsx'))).map(({ sheet, data }) => [sheet, data]),
    )
    const names = ['findings', 'areas', 'inspections', 'publications', 'agencies', 'themes']
    const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
    t.same([...sheets.keys()], [...names.map(title), 'About'])
    for (const name of names) {
      t.strictSame(
        sheets.get(title(name)),
        [headerOf(name), ...rowsOf(name).map((row) => asCells(headerOf(name), row))],
        `${name}, cell by cell`,
      )
    }
    const about = new Map(sheets.get('About')?.map(([what, text]) => [what, text]))
    t.equal(about.get('Release'), version)
    t.equal(about.get('Findings'), release.records.findings)
    t.notOk(about.has('Address'), 'it is of no service')
  })
}
