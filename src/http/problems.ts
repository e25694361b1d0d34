// Every error becomes problem+json (RFC 9457) with nothing of the inside in it.
import { randomUUID } from 'node:crypto'
import { ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify'
import { isDatabaseOutage, isOutOfTime } from '../db/dialect.ts'
import {
  invalidParameters,
  isProblem,
  messageOf,
  type ParameterError,
  type Problem,
  problem,
  problemTypes,
} from '../errors.ts'
import { suggest } from '../lib/suggest.ts'
import { checkAllowance } from './limits/allowance.ts'
import { allowedFor, propertiesOf } from './query-string.ts'

export interface ProblemOptions {
  readonly publicUrl: string
  /** Answers a person in a browser who asks for what is not there. */
  readonly showPage: (known: Problem, request: FastifyRequest, reply: FastifyReply) => unknown
}

export function answerProblems(app: FastifyInstance, { publicUrl, showPage }: ProblemOptions): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = toProblem(error, request)
    logProblem(request, known, error)
    sendProblem(known, request, reply, publicUrl)
  })
  app.setNotFoundHandler((request, reply) => {
    checkAllowance(request)
    const path = pathOf(request)
    const hint =
      path.length > 1 && path.endsWith('/')
        ? ` Try it without the slash at the end: ${path.slice(0, -1)}`
        : ''
    const known = problem('not-found', `There is no ${path}.${hint}`)
    return isForBrowser(request)
      ? showPage(known, request, reply)
      : sendProblem(known, request, reply, publicUrl)
  })
}

// A browser asks for text/html by name; whoever takes anything gets the problem as data.
const isForBrowser = (request: FastifyRequest): boolean =>
  !/^\/(v1|openapi|problems)\b/.test(pathOf(request)) &&
  request.type(['application/problem+json', 'application/json', 'text/html']) === 'text/html'

/**
 * What is a fault of ours is told whole; of an outage, which many requests meet, no more than its cause. A 503 a client can
 * provoke, such as a cursor of a release not seen, is not news for whoever is on call.
 */
export function logProblem(request: FastifyRequest, known: Problem, error: Error): void {
  if (known.problem === 'internal-error') request.log.error({ err: error }, known.problem)
  else if (known.cause !== undefined) request.log.warn({ cause: messageOf(known.cause) }, known.problem)
}

export function sendProblem(
  error: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
): void {
  const { status, title } = problemTypes[error.problem]
  describeProblem(error, reply, publicUrl)
  reply
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({
      type: `${publicUrl}/problems/${error.problem}`,
      title,
      status,
      detail: error.message,
      instance: pathOf(request),
      request_id: request.id,
      errors: error.errors.map((one) => ({
        parameter: one.parameter,
        detail: one.detail,
        allowed: one.allowed ?? [],
        did_you_mean: one.did_you_mean ?? null,
      })),
    })
}

/** The status of a problem and the header fields that go with it, whatever its body is. */
export function describeProblem(error: Problem, reply: FastifyReply, publicUrl: string): void {
  const { status } = problemTypes[error.problem]
  if (error.retryAfter !== null) reply.header('Retry-After', String(error.retryAfter))
  if (status === 405) reply.header('Allow', 'GET, HEAD, OPTIONS')
  for (const name of ofAnswer) reply.removeHeader(name)
  if (status !== 416) reply.removeHeader('Content-Range')
  if (status !== 410) reply.headers(reply.request.allowance?.headers() ?? {}) // a 410 is kept by caches, for others too
  reply
    .code(status)
    .header('Cache-Control', status === 410 ? 'public, max-age=300' : 'no-store')
    .header('Link', `<${publicUrl}/problems/${error.problem}>; rel="describedby"`)
}

// What was said of the answer there would have been.
const ofAnswer = [
  'Content-Disposition',
  'Content-Length',
  'ETag',
  'Last-Modified',
  'Repr-Digest',
  'Accept-Ranges',
] as const

// A target that is no path, such as `ftp://host/`, is not repeated: nobody chooses a host that stands in an answer.
const pathOf = (request: FastifyRequest): string => /^\/[^?]{0,499}/.exec(request.raw.url ?? '/')?.[0] ?? ''

const byFastifyCode: Readonly<Record<string, () => Problem>> = {
  FST_ERR_NOT_FOUND: () => problem('not-found', 'There is nothing at this address.'),
  FST_ERR_BAD_URL: () => problem('bad-request', 'The percent-encoding of the path is malformed.'),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    problem('uri-too-long', 'A part of the path is longer than 500 characters.'),
}

/** What any thrown thing means to the client: ours as it is, an outage a 503, everything else a 500. */
export function toProblem(error: FastifyError, { allowance }: FastifyRequest): Problem {
  // Whoever has used up their share hears so, whatever else is wrong.
  const refusal = allowance?.refusal() ?? null
  if (refusal !== null) return refusal
  if (isProblem(error)) return error
  const known = byFastifyCode[error.code]
  if (known !== undefined) return known()
  if (isDatabaseOutage(error)) {
    const detail = isOutOfTime(error)
      ? 'The answer took too long to find. Filters make it shorter.'
      : 'The database does not answer just now.'
    return problem('service-unavailable', detail, { retryAfter: 5, cause: error })
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return problem('bad-request', 'The request could not be read.')
  }
  return problem('internal-error', 'Something broke on our side. Please report it with the request_id.', {
    cause: error,
  })
}

/** Ajv's errors as parameter errors. Ajv is verbose here, so each error carries its value and schema. */
export function explainValidation(errors: readonly FastifySchemaValidationError[]): Problem {
  const explained = new Map<string, ParameterError>()
  for (const error of errors) {
    const parameter = error.instancePath.split('/')[1] ?? String(error.params.missingProperty ?? '')
    const place = error.instancePath || parameter
    if (!explained.has(place)) explained.set(place, explain(parameter, error))
  }
  return invalidParameters([...explained.values()])
}

function explain(parameter: string, error: FastifySchemaValidationError): ParameterError {
  const schema: object =
    'parentSchema' in error && typeof error.parentSchema === 'object' ? (error.parentSchema ?? {}) : {}
  const value: unknown = 'data' in error ? error.data : undefined
  if (error.keyword === 'required') {
    return { parameter, detail: 'It is missing.', allowed: allowedFor(propertiesOf(schema)[parameter]) }
  }
  const read = (name: string): unknown => Reflect.get(schema, name)
  if (error.keyword === 'enum') {
    const allowed = [error.params.allowedValues].flat().map(String)
    return {
      parameter,
      detail: `${String(value)} is not allowed.`,
      allowed,
      did_you_mean: suggest(String(value), allowed),
    }
  }
  if (error.keyword === 'minimum' || error.keyword === 'maximum') {
    const allowed = [`an integer from ${read('minimum')} to ${read('maximum')}`]
    return { parameter, detail: `${String(value)} is out of range.`, allowed }
  }
  const limit = error.keyword === 'maxLength' ? [`at most ${error.params.limit} characters`] : []
  const allowed = [...limit, ...(limit.length === 0 ? [String(read('description') ?? error.message)] : [])]
  return { parameter, detail: limit.length > 0 ? 'It is too long.' : 'It is malformed.', allowed }
}

const ending = new WeakSet<Socket>()

/** The answer a connection is busy with, kept where Node itself looks before it answers a broken message. */
function owedBy(socket: Socket): ServerResponse | null {
  const message: unknown = Reflect.get(socket, '_httpMessage')
  return message instanceof ServerResponse ? message : null
}

/** Milliseconds for a client to take what is on its way. */
const lingering = 5_000

/**
 * Ends a connection, but not before the answers it owes to earlier requests. It is not closed at once: of a closed one the
 * system takes back what the client has not received yet, as soon as that sends anything more.
 */
function endInTurn(socket: Socket, last = ''): void {
  const owed = owedBy(socket)
  if (owed !== null) {
    owed.once('close', () => setImmediate(endInTurn, socket))
    return
  }
  socket.end(last)
  const closing = setTimeout(() => socket.destroy(), lingering)
  socket.once('close', () => clearTimeout(closing))
}

// What Node's parser refuses never reaches Fastify: answered on the bare socket.
export function answerBrokenHttp(publicUrl: string) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (ending.has(socket)) return
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    ending.add(socket)
    // While an earlier request waits for its answer, or is in the middle of it, this would be taken for that.
    if (owedBy(socket) !== null) {
      endInTurn(socket)
      return
    }
    const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers-too-large' : 'bad-request'
    const { status, title } = problemTypes[code]
    const type = `${publicUrl}/problems/${code}`
    const detail = code === 'bad-request' ? 'The HTTP message is malformed.' : title
    const request_id = randomUUID()
    const body = JSON.stringify({ type, title, status, detail, instance: '', request_id, errors: [] })
    endInTurn(
      socket,
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        `Request-Id: ${request_id}`,
        'Access-Control-Allow-Origin: *',
        'Cache-Control: no-store',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  }
}
