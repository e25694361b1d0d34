// Asks once and gives the answer as it came: its bytes as they were sent, compressed where they were.
import { type Agent, get, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export const ask = (
  url: string,
  headers: OutgoingHttpHeaders = {},
  agent: Agent | false = false,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    get(url, { headers, agent }, (response) => {
      const { statusCode: status = 0, headers } = response
      buffer(response).then((body) => resolve({ status, headers, body }), reject)
    }).once('error', reject)
  })

/** Asks for JSON that must be there. */
export async function askJson<T>(url: string): Promise<T> {
  const { status, body } = await ask(url)
  if (status !== 200) throw new Error(`${url}: ${status}`)
  return JSON.parse(body.toString())
}
