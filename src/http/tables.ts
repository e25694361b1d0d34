// Lists and counts as CSV in one piece: what is small enough to be read whole. Exports of findings are streamed.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { fileAnswer } from '../lib/answers.schema.ts'
import { byteOrderMark, type Cell, csvTable } from '../lib/csv.ts'
import { mediaTypes } from '../lib/formats.ts'
import { nameFile } from './file-name.ts'

export const csvContentType = `${mediaTypes['.csv']}; charset=utf-8; header=present`
export const tableFormats = ['', '.csv'] as const
export const csvAnswer = fileAnswer(mediaTypes['.csv'], 'The table as CSV, RFC 4180.')

export interface Described {
  readonly operationId: string
  readonly summary: string
  readonly description: string
}

/** The description of the CSV of a list or of counts. */
export const describeTable = ({ operationId, summary, description }: Described): Described => ({
  operationId: `${operationId}Csv`,
  summary: `${summary}, as CSV`,
  description: `${description} RFC 4180: comma, CRLF, UTF-8, a header line; several values of a cell are joined by \`;\`, which within one of them becomes a comma.`,
})

/** Answers with a table; `subject` is what the file is called after. */
export function sendTable(
  request: FastifyRequest,
  reply: FastifyReply,
  subject: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  nameFile(request, reply, subject, '.csv')
  reply.type(csvContentType)
  return (request.asked.bom === true ? byteOrderMark : '') + csvTable(columns, rows)
}
