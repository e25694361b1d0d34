// Reads CSV as strictly as RFC 4180 has it.
import { parse } from 'csv-parse/sync'

/** The records, the header first. Throws on a bare line feed, a stray quote, or a record of another length. */
export function parseCsv(text: string): string[][] {
  if (text !== '' && !text.endsWith('\r\n')) throw new Error('the last record has no line end')
  if (/\r(?!\n)|(?<!\r)\n/.test(text)) throw new Error('a line ends otherwise than by CRLF')
  return parse(text, {
    delimiter: ',',
    record_delimiter: '\r\n',
    relax_quotes: false,
    relax_column_count: false,
    skip_empty_lines: false,
    trim: false,
  })
}
