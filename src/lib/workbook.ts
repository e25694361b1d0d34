// Sheets of rows as a workbook (Office Open XML), written while they are read.
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type ExcelJS from 'exceljs'
import { type Cell, cellText } from './csv.ts'

/** Rows of a sheet, less its header. */
export const mostRows = 1_048_575
/** A batch of rows between two looks at how much has been taken. */
const batch = 100

type Rows = readonly (readonly Cell[])[]

export interface Sheet {
  readonly name: string
  readonly columns: readonly string[]
  /** The rows, some at a time. */
  readonly rows: AsyncIterable<Rows> | Iterable<Rows>
}

interface Workbook {
  readonly creator: string
  readonly created: Date
  /** Each is asked for when the one before has been written. */
  readonly sheets: AsyncIterable<Sheet> | Iterable<Sheet>
}

/** The bytes of a workbook. Strings stand in their cells: a shared table of them would fill the memory. */
export function writeWorkbook(
  { creator, created, sheets }: Workbook,
  gone: AbortSignal,
): AsyncIterable<Uint8Array> {
  const output = new PassThrough()
  const write = async () => {
    const { default: excel } = await import('exceljs') // on first use: it is slow to load, and few ask for it
    const book = new excel.stream.xlsx.WorkbookWriter({
      stream: output,
      useSharedStrings: false,
      useStyles: true,
    })
    book.creator = creator
    book.lastModifiedBy = creator
    book.created = created
    book.modified = created
    for await (const { name, columns, rows } of sheets) {
      const addRows = openSheet(book, name, columns)
      for await (const some of rows) {
        for (let at = 0; at < some.length; at += batch) {
          gone.throwIfAborted()
          addRows(some.slice(at, at + batch))
          // ExcelJS takes rows whatever has been taken: it is kept waiting, or it would hold the whole file.
          if (output.writableNeedDrain) await once(output, 'drain', { signal: gone })
        }
      }
    }
    gone.throwIfAborted()
    await book.commit()
  }
  write().catch((error) => output.destroy(error))
  return output
}

function openSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, name: string, columns: readonly string[]) {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = columns.map((column) => ({
    width: widths[column] ?? 18,
    ...(isDate.test(column) ? { style: dayStyle } : {}),
  }))
  const header = sheet.addRow(columns)
  header.font = { name: 'Calibri', size: 11, bold: true }
  header.commit()
  let last = 1
  // ExcelJS works out the style of each cell anew, which takes half of its time, unless the cells share the object.
  const styles = columns.map((column) => (isDate.test(column) ? dayStyle : plainStyle))
  return (rows: Rows) => {
    for (const values of rows) {
      const row = sheet.addRow(values.map(toValue))
      row.eachCell({ includeEmpty: true }, (cell, number) => {
        const style = styles[number - 1] ?? plainStyle
        // A day in a column of texts keeps the style that ExcelJS gives it.
        if (style === dayStyle || !(cell.value instanceof Date)) cell.style = style
      })
      row.commit()
    }
    last += rows.length
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: last, column: columns.length } }
  }
}

const widths: Readonly<Record<string, number>> = {
  ...{ summary: 90, definition: 90, note: 60, title: 60, source_title: 60, about: 24, text: 120 },
  ...{ agency_labels: 40, theme_labels: 40, source_url: 50, url: 50, label: 30, id: 26 },
}

const dayStyle = { numFmt: 'yyyy-mm-dd' }
const plainStyle = {}
const isDate = /_(on|start|end)$/

// A number and a day stay what they are, so that a spreadsheet can sort and group them.
function toValue(cell: Cell): string | number | Date | null {
  if (typeof cell === 'number') return cell
  const text = cellText(cell)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : text || null
}
