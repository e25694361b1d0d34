// The error a refused request throws: a problem of RFC 9457 with the code of its kind.
import type { components } from './schema.gen.ts'

export type ProblemBody = components['schemas']['Problem']

/** Thrown for every answer that is neither good nor worth another try. */
export interface Problem extends Error {
  readonly name: 'Problem'
  /** HTTP status, for example 410. */
  readonly status: number
  /** Kind of problem, for example `invalid-parameter`; `docs/errors.md` of the service lists them all. */
  readonly code: string
  /** The answer as it was given; made up from the status where it was no problem document, as from a proxy. */
  readonly problem: ProblemBody
  /** Seconds the service asked to wait; null where it did not say. */
  readonly retryAfter: number | null
}

/** Tells whether something caught is a {@link Problem}. */
export const isProblem = (error: unknown): error is Problem =>
  error instanceof Error && error.name === 'Problem' && 'problem' in error

/** Makes the error for an answer whose status is not good. */
export async function readProblem(response: Response, retryAfter: number | null): Promise<Problem> {
  const problem = await readBody(response)
  const code = problem.type.split('/').at(-1) ?? ''
  return Object.assign(new Error(problem.detail), {
    name: 'Problem' as const,
    status: response.status,
    code,
    problem,
    retryAfter,
  })
}

async function readBody(response: Response): Promise<ProblemBody> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblemBody(body)) return body
  const title = response.statusText || `HTTP ${response.status}`
  const { pathname: instance } = new URL(response.url || 'http://unknown/')
  const request_id = response.headers.get('request-id') ?? ''
  return {
    type: 'about:blank',
    title,
    status: response.status,
    detail: title,
    instance,
    request_id,
    errors: [],
  }
}

const isProblemBody = (body: unknown): body is ProblemBody =>
  typeof body === 'object' &&
  body !== null &&
  'type' in body &&
  typeof body.type === 'string' &&
  'detail' in body &&
  typeof body.detail === 'string' &&
  'errors' in body &&
  Array.isArray(body.errors)
