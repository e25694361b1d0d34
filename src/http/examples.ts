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
    captured[operation] = { path, ...shorten(path, parse(response.body)) } // YAML holds JSON
  }
  return captured
}

function shorten(path: string, body: unknown): Pick<Example, 'summary' | 'body'> {
  if (typeof body !== 'object' || body === null) return { summary: `GET ${path}`, body }
  if ('openapi' in body) return { summary: `GET ${path}, its first field`, body: { openapi: body.openapi } }
  if (!('data' in body) || !Array.isArray(body.data) || body.data.length <= rowsShown)
    return { summary: `GET ${path}`, body }
  return {
    summary: `GET ${path}, its first ${rowsShown} rows`,
    body: { ...body, data: body.data.slice(0, rowsShown) },
  }
}
