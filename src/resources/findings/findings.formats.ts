// The formats a whole set of findings is exported in: what each takes, and how it is written slice by slice.
import type { TObject, TProperties } from 'typebox'
import type { Reader } from '../../db/client.ts'
import { problem } from '../../errors.ts'
import type { Scope } from '../../http/scope.ts'
import { csvContentType } from '../../http/tables.ts'
import { serviceName } from '../../lib/about.ts'
import { fileAnswer } from '../../lib/answers.schema.ts'
import { answerWhole } from '../../lib/answers.ts'
import { type Query, withQuery } from '../../lib/canonical-query.ts'
import { byteOrderMark, csvLine } from '../../lib/csv.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { mostRows, writeWorkbook } from '../../lib/workbook.ts'
import { type Finding, FindingsAnswer } from './findings.schema.ts'
import { columnsOf, tableOf } from './findings.table.ts'
import { findingSheets } from './findings.workbook.ts'
import { CsvExportQuery, RecordsExportQuery, WorkbookExportQuery } from './findings-export.schema.ts'
import { writeCsvLines, writeJsonTexts } from './findings-text.query.ts'

interface ExportFormat {
  readonly extension: '.csv' | '.ndjson' | '.json' | '.xlsx'
  readonly name: string
  readonly description: string
  readonly querystring: TObject<TProperties>
  readonly answer: object
  readonly contentType: string
  /** Most findings it can hold; absent where there is no end. */
  readonly mostRows?: number
  write(db: Reader, scope: Scope, query: Query, gone: AbortSignal): AsyncIterable<string | Uint8Array>
}

export const exportFormats: readonly ExportFormat[] = [
  {
    extension: '.csv',
    name: 'CSV',
    description: 'RFC 4180: comma, CRLF, UTF-8, a header line; several values of a cell are joined by `;`.',
    querystring: CsvExportQuery,
    answer: fileAnswer(mediaTypes['.csv'], 'The findings as CSV.'),
    contentType: csvContentType,
    write: writeCsv,
  },
  {
    extension: '.ndjson',
    name: 'NDJSON',
    description: 'One finding a line, as JSON.',
    querystring: RecordsExportQuery,
    answer: fileAnswer(mediaTypes['.ndjson'], 'The findings, one JSON object a line.'),
    contentType: `${mediaTypes['.ndjson']}; charset=utf-8`,
    write: writeNdjson,
  },
  {
    extension: '.json',
    name: 'JSON',
    description: 'The list as `/findings` answers it, in a single page.',
    querystring: RecordsExportQuery,
    answer: FindingsAnswer,
    contentType: `${mediaTypes['.json']}; charset=utf-8`,
    write: writeJson,
  },
  {
    extension: '.xlsx',
    name: 'a spreadsheet',
    description:
      'A workbook (Office Open XML) with the sheets Findings, Areas, Inspections, Publications, Agencies, Themes and About. More findings than a sheet holds are refused: take the CSV.',
    querystring: WorkbookExportQuery,
    answer: fileAnswer(mediaTypes['.xlsx'], 'The workbook.', { format: 'binary' }),
    contentType: mediaTypes['.xlsx'],
    mostRows,
    write: writeBook,
  },
]

async function* writeCsv(db: Reader, scope: Scope, query: CsvExportQuery): AsyncGenerator<string> {
  let head = `${query.bom === true ? byteOrderMark : ''}${csvLine(columnsOf(query))}`
  for await (const { text } of writeCsvLines(db, scope.edition, query, scope.base)) {
    yield head + text
    head = ''
  }
  yield head // of a release without findings
}

async function* writeNdjson(db: Reader, scope: Scope, query: RecordsExportQuery): AsyncGenerator<string> {
  for await (const { text, rows } of writeJsonTexts(db, scope.edition, query, scope.base, '\n')) {
    yield rows > 0 ? `${text}\n` : ''
  }
}

async function* writeJson(db: Reader, scope: Scope, query: RecordsExportQuery): AsyncGenerator<string> {
  let total = 0
  let head = '{"data":['
  for await (const { text, rows } of writeJsonTexts(db, scope.edition, query, scope.base, ',')) {
    yield head + (total > 0 && rows > 0 ? ',' : '') + text
    head = ''
    total += rows
  }
  const { page, meta } = answerWhole(scope, [])
  yield `${head}],"page":${JSON.stringify({ ...page, count: total, total })},"meta":${JSON.stringify(meta)}}`
}

async function* writeBook(
  db: Reader,
  scope: Scope,
  query: WorkbookExportQuery,
  gone: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const slices = readFindings(db, scope, query)
  const first = await slices.next() // a workbook begins before its rows: what fails here is still told as a problem
  const all = async function* () {
    if (!first.done) yield first.value
    yield* slices
  }
  yield* writeWorkbook(
    {
      creator: serviceName,
      created: new Date(scope.release.released_at),
      sheets: findingSheets(all(), scope, tableOf(scope.edition.codes, query)),
    },
    gone,
  )
}

/** The findings themselves, for a workbook: ExcelJS takes so long over them that reading them back costs nothing. */
async function* readFindings(
  db: Reader,
  scope: Scope,
  { fields: _columns, ...query }: WorkbookExportQuery,
): AsyncGenerator<Finding[]> {
  for await (const { text } of writeJsonTexts(db, scope.edition, query, scope.base, ',')) {
    yield JSON.parse(`[${text}]`)
  }
}

/** Throws the 400 for more findings than an export holds; it names the one that holds them all. */
export function refuseMore(
  rows: number,
  most: number,
  { address, walk }: Pick<Scope, 'address' | 'walk'>,
): void {
  if (rows <= most) return
  const byDate = walk.replace(/&?sort=relevance/, '')
  const whole = withQuery(address.replace(/\.[a-z]+$/, '.csv'), byDate)
  throw problem('too-many-rows', `${rows} findings match, and this export holds ${most}. Take ${whole}`)
}
