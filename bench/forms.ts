// The forms in which one and the same answer is asked for.
import type { IncomingHttpHeaders } from 'node:http'
import { ask } from './ask.ts'

export const forms = ['plain', 'gzip', 'br', '304'] as const
export type Form = (typeof forms)[number]

/** What a request says to get a form of the answer of an address; for a 304, the validator the server now gives. */
export async function headersOf(form: Form, url: string): Promise<IncomingHttpHeaders> {
  if (form === 'plain') return {}
  if (form !== '304') return { 'accept-encoding': form }
  const { headers } = await ask(url)
  if (headers.etag === undefined) throw new Error(`${url} has no ETag`)
  return { 'if-none-match': headers.etag }
}
