// Findings as a workbook: a sheet of the findings, one of each code list, and what must be said of them.
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import ExcelJS from 'exceljs'
import {
  AgencyRecord,
  AreaRecord,
  InspectionRecord,
  PublicationRecord,
  ThemeRecord,
} from '../../dataset/records.ts'
import type { Scope } from '../../http/scope.ts'
import { serviceName } from '../../lib/about.ts'
import { describeAnswer } from '../../lib/answers.ts'
import { type Cell, cellText } from '../../lib/csv.ts'
import { recordTable } from '../../lib/record-table.ts'
import type { Finding } from './findings.schema.ts'
import type { Table } from './findings.table.ts'

/** Rows of a sheet, less its header. */
export const mostRows = 1_048_575
/** A batch of rows between two looks at how much the client has taken. */
const batch = 100

const countingNote =
  "Several agencies or themes of a finding stand in one cell, joined by ';'. Once they are split into rows, a finding has several: to count findings, count distinct id."

/** Writes the workbook while it is read. Strings stand in their cells: a shared table of them would fill the memory. */
export function writeWorkbook(
  slices: AsyncIterable<readonly Finding[]>,
  scope: Scope,
  table: Table,
  gone: AbortSignal,
): AsyncIterable<Uint8Array> {
  const output = new PassThrough()
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: output,
    useSharedStrings: false,
    useStyles: true,
  })
  book.creator = serviceName
  book.lastModifiedBy = serviceName
  book.created = new Date(scope.release.released_at)
  book.modified = book.created

  const write = async () => {
    const addRows = openSheet(book, 'Findings', table.columns)
    let total = 0
    for await (const findings of slices) {
      gone.throwIfAborted()
      total += findings.length
      const rows = findings.flatMap(table.rowsOf)
      for (let at = 0; at < rows.length; at += batch) {
        gone.throwIfAborted()
        addRows(rows.slice(at, at + batch))
        // ExcelJS takes rows whatever has been sent: it is kept waiting, or it would hold the whole file.
        if (output.writableNeedDrain) await once(output, 'drain', { signal: gone })
      }
    }
    gone.throwIfAborted()
    addCodeLists(book, scope)
    addAbout(book, scope, total)
    await book.commit()
  }
  write().catch((error) => output.destroy(error))
  return output
}

function openSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly string[]) {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = columns.map((column) => ({
    width: widths[column] ?? 18,
    ...(isDate.test(column) ? { style: { numFmt: 'yyyy-mm-dd' } } : {}),
  }))
  const header = sheet.addRow(columns)
  header.font = { name: 'Calibri', size: 11, bold: true }
  header.commit()
  let last = 1
  return (rows: readonly (readonly Cell[])[]) => {
    for (const row of rows) sheet.addRow(row.map(toValue)).commit()
    last += rows.length
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: last, column: columns.length } }
  }
}

const widths: Readonly<Record<string, number>> = {
  ...{ summary: 90, definition: 90, note: 60, title: 60, source_title: 60, about: 24, text: 120 },
  ...{ agency_labels: 40, theme_labels: 40, source_url: 50, url: 50, label: 30, id: 26 },
}

const isDate = /_(on|start|end)$/

// A number and a day stay what they are, so that a spreadsheet can sort and group them.
function toValue(cell: Cell): string | number | Date | null {
  if (typeof cell === 'number') return cell
  const text = cellText(cell)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : text || null
}

function addCodeLists(book: ExcelJS.stream.xlsx.WorkbookWriter, { edition: { codes } }: Scope): void {
  const sheets = [
    ['Areas', AreaRecord, codes.areas],
    ['Inspections', InspectionRecord, codes.inspections],
    ['Publications', PublicationRecord, codes.publications],
    ['Agencies', AgencyRecord, codes.agencies],
    ['Themes', ThemeRecord, codes.themes],
  ] as const
  for (const [name, schema, records] of sheets) {
    const { columns, rowOf } = recordTable(schema)
    openSheet(book, name, columns)(records.map(rowOf))
  }
}

function addAbout(book: ExcelJS.stream.xlsx.WorkbookWriter, scope: Scope, total: number): void {
  const { release, released_at, query, permalink, citation, licence, attribution, caveats } =
    describeAnswer(scope)
  openSheet(book, 'About', ['about', 'text'])([
    ['Release', release],
    ['Released at', released_at],
    ['Address', permalink],
    ['Query', query],
    ['Findings', total],
    ['How to cite', citation],
    ['Licence', `${licence.name}, ${licence.url}`],
    ['Attribution', attribution],
    ...caveats.map((caveat) => ['Caveat', caveat]),
    ['Note on counting', countingNote],
  ])
}
