// Makes the files of a release from its snapshot alone, so that none depends on where it is published.
import { createWriteStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { attribution, caveats, countingNote, licence, serviceName } from '../../lib/about.ts'
import { subject } from '../../lib/citation.ts'
import { csvLine } from '../../lib/csv.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { writeWorkbook } from '../../lib/workbook.ts'
import type { Content } from '../content.ts'
import type { ReleaseFile } from '../records.ts'
import { csvwMetadata, dataPackage } from './descriptors.ts'
import { writeParquet } from './parquet.ts'
import { type Measured, measure, readPieces, writeLines } from './pieces.ts'
import { writeSqlite } from './sqlite.ts'
import { type Table, tablesOf } from './tables.ts'
import { repackZip, writeZip } from './zip.ts'

/** A file that was made, in the folder it was made in. */
export interface MadeFile extends Measured {
  readonly name: string
  readonly media_type: string
  readonly description: string
}

/** Writes every file of a release into an empty folder; in the order they are listed. */
export async function makeFiles(release: ReleaseFile, content: Content, folder: string): Promise<MadeFile[]> {
  const { sha256 } = content
  const tables = tablesOf(content)
  const findings = tables.find(({ name }) => name === 'findings')
  if (findings === undefined) throw new Error('a release has a table of findings')
  const made: MadeFile[] = []
  const add = (name: string, media_type: string, description: string) => {
    const measured = measure(join(folder, name))
    made.push({ name, media_type, description, ...measured })
    return measured
  }
  const path = (name: string) => join(folder, name)
  const csv = `${mediaTypes['.csv']}; charset=utf-8; header=present`

  const measured = new Map<string, Measured>()
  for (const table of [findings, ...tables.filter((table) => table !== findings)]) {
    const name = `${table.name}.csv`
    await writeLines(path(name), csvLines(table))
    measured.set(table.name, add(name, csv, `${table.title} as CSV (RFC 4180).`))
  }
  const records = content.findings.values().map((finding) => `${JSON.stringify(finding)}\n`)
  await writeLines(path('findings.ndjson'), records)
  add('findings.ndjson', mediaTypes['.ndjson'], 'Findings with all their evidence, a JSON object a line.')

  writeJson(path('datapackage.json'), dataPackage(release, sha256, tables, measured))
  add('datapackage.json', mediaTypes['.json'], 'Describes every CSV (Frictionless Data Package v2).')
  writeJson(
    path('findings.csv-metadata.json'),
    csvwMetadata(release, findings, measured.get('findings') ?? { bytes: 0, sha256: '' }),
  )
  add('findings.csv-metadata.json', 'application/csvm+json', 'Describes findings.csv (CSV on the Web).')

  await makeWorkbook(path('findings.xlsx'), release, tables)
  add('findings.xlsx', mediaTypes['.xlsx'], 'Findings, code lists and caveats as a workbook.')
  await writeParquet(path('findings.parquet'), findings, {
    ...{ title: subject, version: release.version, content_sha256: sha256 },
    ...{ licence: licence.url, attribution, caveats: caveats.join(' ') },
  })
  add('findings.parquet', 'application/vnd.apache.parquet', 'Findings as Apache Parquet.')
  await writeSqlite(path('jtai.sqlite'), release, sha256, tables)
  add('jtai.sqlite', 'application/vnd.sqlite3', 'Everything as an SQLite database, with full text search.')

  await writeLines(
    path('SHA256SUMS'),
    made.map(({ name, sha256 }) => `${sha256}  ${name}\n`),
  )
  add('SHA256SUMS', 'text/plain; charset=utf-8', 'SHA-256 of every file above, for sha256sum -c.')
  const entries = made.map(({ name }) => ({
    name,
    pieces: readPieces(path(name)),
    isCompressed: /\.(xlsx|parquet)$/.test(name),
  }))
  await writeZip(path('all.zip'), entries, new Date(release.released_at))
  add('all.zip', 'application/zip', 'All of these files in one.')
  return made
}

function* csvLines({ columns, rows }: Table): Generator<string> {
  yield csvLine(columns.map(({ name }) => name))
  for (const row of rows) yield csvLine(row)
}

const writeJson = (path: string, value: unknown) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

const sheetOrder = ['findings', 'areas', 'inspections', 'publications', 'agencies', 'themes']

async function makeWorkbook(path: string, release: ReleaseFile, tables: readonly Table[]): Promise<void> {
  const created = new Date(release.released_at)
  const about = [
    ['Release', release.version],
    ['Released at', release.released_at],
    ['Title', subject],
    ['Findings', tables.find(({ name }) => name === 'findings')?.rows.length ?? 0],
    ['Licence', `${licence.name}, ${licence.url}`],
    ['Attribution', attribution],
    ...caveats.map((caveat) => ['Caveat', caveat]),
    ['Note on counting', countingNote],
  ]
  const sheets = sheetOrder.flatMap((wanted) =>
    tables
      .filter(({ name }) => name === wanted)
      .map(({ title, columns, rows }) => ({
        name: title,
        columns: columns.map(({ name }) => name),
        rows: [rows],
      })),
  )
  sheets.push({ name: 'About', columns: ['about', 'text'], rows: [about] })
  const raw = `${path}.raw`
  const book = writeWorkbook({ creator: serviceName, created, sheets }, new AbortController().signal)
  await pipeline(book, createWriteStream(raw))
  // ExcelJS dates its entries by the clock: packed again, the workbook is the same wherever it is made.
  await repackZip(raw, path, created)
}
