// The formats a whole set of findings is exported in: what each takes, and how it writes the findings slice by slice.
import type { TObject, TProperties } from 'typebox'
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
import { pickFields } from './findings.expand.ts'
import { type Finding, FindingsAnswer } from './findings.schema.ts'
import { tableOf } from './findings.table.ts'
import { findingSheets } from './findings.workbook.ts'
import { CsvExportQuery, RecordsExportQuery, WorkbookExportQuery } from './findings-export.schema.ts'

type Slices = AsyncIterable<readonly Finding[]>

interface ExportFormat {
  readonly extension: '.csv' | '.ndjson' | '.json' | '.xlsx'
  readonly name: string
  readonly description: string
  readonly querystring: TObject<TProperties>
  readonly answer: object
  readonly contentType: string
  /** Most findings it can hold; absent where there is no end. */
  readonly mostRows?: number
  write(slices: Slices, scope: Scope, query: Query, gone: AbortSignal): AsyncIterable<string | Uint8Array>
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
    write: (slices, scope, query: WorkbookExportQuery, gone) =>
      writeWorkbook(
        {
          creator: serviceName,
          created: new Date(scope.release.released_at),
          sheets: findingSheets(slices, scope, tableOf(scope.edition, query)),
        },
        gone,
      ),
  },
]

async function* writeCsv(slices: Slices, scope: Scope, query: CsvExportQuery): AsyncGenerator<string> {
  const { columns, rowsOf } = tableOf(scope.edition, query)
  let head = `${query.bom === true ? byteOrderMark : ''}${csvLine(columns)}`
  for await (const findings of slices) {
    yield head + findings.flatMap(rowsOf).map(csvLine).join('')
    head = ''
  }
  yield head // of a release without findings
}

async function* writeNdjson(
  slices: Slices,
  _scope: Scope,
  query: RecordsExportQuery,
): AsyncGenerator<string> {
  for await (const findings of slices) {
    yield findings.map((finding) => `${JSON.stringify(pickFields(finding, query.fields))}\n`).join('')
  }
}

async function* writeJson(slices: Slices, scope: Scope, query: RecordsExportQuery): AsyncGenerator<string> {
  let total = 0
  let head = '{"data":['
  for await (const findings of slices) {
    const rows = findings.map((finding) => JSON.stringify(pickFields(finding, query.fields))).join(',')
    yield head + (total > 0 && rows !== '' ? ',' : '') + rows
    head = ''
    total += findings.length
  }
  const { page, meta } = answerWhole(scope, [])
  yield `${head}],"page":${JSON.stringify({ ...page, count: total, total })},"meta":${JSON.stringify(meta)}}`
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
