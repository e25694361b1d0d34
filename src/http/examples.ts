// The examples of the contract: real answers of the real data set, shortened to two rows. Kept in openapi/.
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { parse } from 'yaml'

export const exampleFile = join(import.meta.dirname, '../../openapi/examples.json')

export interface Example {
  readonly path: string
  readonly summary: string
  readonly body: unknown
}

const rowsShown = 2

/** Asks the app for the answer of each example's path. */
export async function captureExamples(
  app: FastifyInstance,
  examples: Readonly<Record<string, Pick<Example, 'path'>>>,
): Promise<Record<string, Example>> {
  const captured: Record<string, Example> = {}
  for (const [operation, { path }] of Object.entries(examples)) {
    const response = await app.inject({ url: path })
    if (response.statusCode !== 200)
      throw new Error(`${path} answers ${response.statusCode}: ${response.body}`)
    const isStructured = /\b(json|yaml)\b/.test(String(response.headers['content-type']))
    captured[operation] = {
      path,
      ...(isStructured ? shorten(path, parse(response.body)) : shortenText(path, response.body)), // YAML holds JSON
    }
  }
  return captured
}

function shortenText(path: string, text: string): Pick<Example, 'summary' | 'body'> {
  const lines = text.split(/(?<=\n)/)
  if (!/\.(csv|ndjson)\b/.test(path) || lines.length <= rowsShown + 1)
    return { summary: `GET ${path}`, body: text }
  const shown = lines.slice(0, rowsShown + 1)
  return { summary: `GET ${path}, its first ${shown.length} lines`, body: shown.join('') }
}

function shorten(path: string, body: unknown): Pick<Example, 'summary' | 'body'> {
  if (typeof body !== 'object' || body === null) return { summary: `GET ${path}`, body }
  if ('openapi' in body) return { summary: `GET ${path}, its first field`, body: { openapi: body.openapi } }
  const whole = JSON.stringify(body)
  const shown = JSON.stringify(body, (_key, value: unknown) =>
    Array.isArray(value) && typeof value[0] === 'object' ? value.slice(0, rowsShown) : value,
  )
  const summary = `GET ${path}${shown === whole ? '' : `, lists cut to ${rowsShown} rows`}`
  return { summary, body: JSON.parse(shown) }
}
