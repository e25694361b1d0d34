// The error catalogue: every problem the API answers with (RFC 9457), and the error of a person at the keyboard.

/** What went wrong with one parameter of a request. */
export interface ParameterError {
  readonly parameter: string
  readonly detail: string
  readonly allowed?: readonly string[]
  readonly did_you_mean?: string | null
}

/** Each problem type by its code: its address is `/problems/{code}`, and `docs/errors.md` lists them all. */
export const problemTypes = {
  'invalid-parameter': {
    status: 400,
    title: 'A parameter is not valid',
    description:
      'A query parameter is unknown, empty, repeated, malformed or has a value that does not exist. `errors` names each one with what is allowed and, where there is one, the nearest value. Nothing is ignored or adjusted.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor does not belong to this request',
    description:
      'A cursor works only with the filters and the order it was made for. Follow `page.next` and `page.prev` as they are given, or start again without `cursor`.',
  },
  'invalid-search': {
    status: 400,
    title: 'The search has nothing to look for',
    description:
      'After leaving out common words such as "the", no word is left in `q`, or it only excludes words. Give at least one word to find.',
  },
  'too-many-rows': {
    status: 400,
    title: 'The set is too large for this format',
    description:
      'A sheet of a spreadsheet holds 1,048,576 rows and an export by relevance 1,000 findings; nothing is cut off in silence. `detail` names the CSV that holds the whole set.',
  },
  'bad-request': {
    status: 400,
    title: 'The request could not be read',
    description: 'The address or the HTTP message is malformed.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address',
    description: 'The path, the identifier or the release does not exist. `detail` says which.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Only reading is possible',
    description: 'Every address answers GET, HEAD and OPTIONS only.',
  },
  'not-acceptable': {
    status: 406,
    title: 'This address does not serve what Accept asks for',
    description:
      'A plain path serves JSON only and other formats have an extension of their own. `detail` names the addresses that serve this resource.',
  },
  gone: {
    status: 410,
    title: 'This record was withdrawn',
    description:
      'The record stood in an earlier release and was withdrawn. `detail` gives the reason and the release; it stays readable under `/v1/releases/{version}` of the releases that hold it.',
  },
  retired: {
    status: 410,
    title: 'This address is retired',
    description:
      'The address was announced as deprecated for at least twelve months (`Deprecation`, `Sunset`) and is served no more. `detail` says where to read what to use instead.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    description:
      'One part of a path may hold 500 characters. (A query of more than 8,000 bytes is an invalid parameter, 400.)',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The file has no such range',
    description:
      '`Range` asks for bytes beyond the end of the file. `Content-Range` and `detail` say how long it is.',
  },
  'too-many-requests': {
    status: 429,
    title: 'You have asked for more than your share',
    description:
      "A client (an IPv4 address or an IPv6 /64) gets a number of new answers a minute, told by `RateLimit-Policy`; an export counts as 20, and half of all exports at once may be one client's. What is answered from memory, revalidation with `If-None-Match` and HEAD are free. Try again after `Retry-After` seconds.",
  },
  'headers-too-large': {
    status: 431,
    title: 'The header fields are too large',
    description: 'The header fields of a request may hold 16 kB together.',
  },
  'internal-error': {
    status: 500,
    title: 'The service failed',
    description: 'Something broke on our side. Please report it with the `request_id`.',
  },
  'service-unavailable': {
    status: 503,
    title: 'The service cannot answer just now',
    description:
      'The database or the release asked for is out of reach for the moment, or it has as much to do as it takes on at once. Try again after `Retry-After` seconds.',
  },
} as const

export type ProblemCode = keyof typeof problemTypes

/** An error that becomes a problem+json answer. */
export interface Problem extends Error {
  readonly problem: ProblemCode
  readonly errors: readonly ParameterError[]
  readonly retryAfter: number | null
}

/** Makes the error to throw: `detail` is written for the person who reads the answer. */
export function problem(
  code: ProblemCode,
  detail: string,
  extra: { errors?: readonly ParameterError[]; retryAfter?: number; cause?: unknown } = {},
): Problem {
  return Object.assign(new Error(detail, { cause: extra.cause }), {
    problem: code,
    errors: extra.errors ?? [],
    retryAfter: extra.retryAfter ?? null,
  })
}

export const isProblem = (error: unknown): error is Problem => error instanceof Error && 'problem' in error

/** The 400 for parameters: one detail line that names them all. */
export function invalidParameters(errors: readonly ParameterError[]): Problem {
  const names = [...new Set(errors.map((error) => error.parameter))]
  const detail = `${names.length === 1 ? 'Parameter' : 'Parameters'} ${names.join(', ')}: ${errors[0]?.detail ?? ''}${
    errors.length > 1 ? ' See errors for the rest.' : ''
  }`
  return problem('invalid-parameter', detail, { errors })
}

/** Something the person at the keyboard can mend: the process prints the message and exits with 1. */
export interface UsageError extends Error {
  readonly usage: true
}

export const usageError = (message: string): UsageError =>
  Object.assign(new Error(message), { usage: true as const })

export const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && 'usage' in error

/** The message of an error; of the first one inside where several addresses were tried. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
