// Tables as CSV (RFC 4180): comma, CRLF, quotes only where they are needed. Pure.

export type Cell = string | number | boolean | null | readonly string[]

/** The byte order mark some spreadsheets need to take a file for UTF-8. */
export const byteOrderMark = '\u{feff}'

/** One record with its line end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(field).join(',')}\r\n`

export const csvTable = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [columns, ...rows].map(csvLine).join('')

/**
 * A cell as text: what CSV writes of it, and a spreadsheet shows. Several values are joined by `;`. No code or label
 * holds one; in another text it becomes a comma, so that the cell always splits into as many values as there are.
 */
export const cellText = (cell: Cell): string =>
  cell === null
    ? ''
    : typeof cell === 'object'
      ? cell.map((value) => value.replaceAll(';', ',')).join(';')
      : String(cell)

function field(cell: Cell): string {
  const text = cellText(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
