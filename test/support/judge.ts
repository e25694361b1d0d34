// What every answer of the server has to be, whatever was asked: as the contract says, and silent about the inside.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { normalizeTarget } from '../../src/http/target.ts'
import { findMistakes, operations } from './contract.ts'
import type { Shot } from './shots.ts'
import { fieldMark, foreignHost, mark } from './texts.ts'
import type { Answer } from './wire.ts'

const patterns = operations.map((operation) => ({
  ...operation,
  steps: operation.path.split('/'),
  // The fixed steps decide, as in the router: /findings/facets is no finding.
  rank: operation.path.split('/').filter((step) => step.startsWith('{')).length,
}))

const pathOf = (target: string): string => normalizeTarget(target).split(/[?#]/)[0] ?? ''

/** The operation a target is for, as the document describes it; undefined where it describes none. */
export const operationOf = (target: string) => {
  const steps = pathOf(target).split('/')
  return patterns
    .filter(
      (one) =>
        one.steps.length === steps.length &&
        one.steps.every((step, at) => (step.startsWith('{') ? steps[at] !== '' : step === steps[at])),
    )
    .sort((a, b) => a.rank - b.rank)[0]
}

const problemType = 'application/problem+json'
/** Of an address nobody described. */
const otherStatuses = [200, 206, 301, 302, 303, 304, 307, 308, 400, 404, 406, 410, 414, 416, 503]

const inside = [
  /node_modules|node:internal|\/(?:tmp|work|home|root|usr|var|opt)\//,
  /\bat (?:[\w$.<>]+ \(|file:|async )|\.[cm]?[jt]s:\d+/,
  /\b(?:SELECT|INSERT|UPDATE|DELETE)\b[^"]*\b(?:FROM|INTO|SET)\b/,
  /syntax error|invalid input syntax|relation \\?"|operator does not exist|statement timeout|jtai_reader|pg_catalog/i,
  /\b(?:FST_ERR|HPE_|ERR_|ECONN|EPIPE|ENOENT)|TypeError|ReferenceError|RangeError|Cannot read prop/,
  /\[object |\bundefined\b/,
]

/** The header fields an answer may have: one that is not here was made by a client. */
const knownFields = new Set(
  `accept-ranges access-control-allow-headers access-control-allow-methods
  access-control-allow-origin access-control-expose-headers access-control-max-age allow
  cache-control cache-status connection content-disposition content-encoding content-length
  content-range content-security-policy content-type cross-origin-opener-policy
  cross-origin-resource-policy dataset-release date etag keep-alive last-modified link location
  origin-agent-cluster permissions-policy ratelimit ratelimit-policy referrer-policy repr-digest
  request-id retry-after server-timing strict-transport-security transfer-encoding vary
  x-content-type-options x-dns-prefetch-control x-download-options x-frame-options
  x-permitted-cross-domain-policies x-xss-protection`.split(/\s+/),
)
/** These hold the address that was asked, percent-encoded. */
const addressFields = ['link', 'location', 'content-disposition']

/** What is wrong with an answer; nothing where all is well. */
export function judge(shot: Shot, answer: Answer): string[] {
  const { kind, method, bytes } = shot
  const { status, head, headers } = answer
  const wrong: string[] = []
  const must = (holds: boolean, what: string) => holds || wrong.push(what)
  const asked = bytes.toString('latin1')
  const target = (kind === 'broken' && /^\S+ (\S+)/.exec(asked)?.[1]) || shot.target // broken, it may be another
  const type = (headers['content-type'] ?? '').split(';')[0] ?? ''
  const text = readText(answer)

  const isUnread = status === 431 || (status === 400 && kind === 'broken') // before the request was understood
  const operation = operationOf(target)
  must(status < 500 || status === 503, `a ${status}`)
  must(headers['request-id'] !== undefined, 'no Request-Id')
  if (status === 431) must(bytes.length > 5_000, 'no header field was large')
  if (!isUnread && kind !== 'broken') {
    const declared = Object.keys(operation?.responses ?? {}).map(Number)
    const isOther = !['GET', 'HEAD'].includes(method)
    const allowed = isOther
      ? [method === 'OPTIONS' ? 204 : 405, 400]
      : operation === undefined
        ? otherStatuses
        : declared
    must(allowed.includes(status), `${status} is not declared`)
  }

  if (status === 304) must(/if-none-match/i.test(asked), 'unchanged since what?')
  if (status === 206 || status === 416) must(/range/i.test(asked), 'no range was asked for')
  if (status === 405 || status === 204) must(headers.allow === 'GET, HEAD, OPTIONS', 'no Allow')
  if (status === 503) must(/^[1-9]\d*$/.test(headers['retry-after'] ?? ''), 'no Retry-After')
  if (status >= 300 && status < 400 && status !== 304) must(headers.location !== undefined, 'no Location')

  if (status >= 400) {
    const page = type === 'text/html' && operation === undefined
    must(type === problemType || page, `a problem of type ${type}`)
    if (type === problemType && text !== '') wrong.push(...judgeProblem(status, text, target, isUnread))
    must(/^(no-store|public, max-age=300)$/.test(headers['cache-control'] ?? ''), 'a problem that is kept')
  } else if ((status === 200 || status === 206) && operation !== undefined && kind !== 'broken') {
    const types = Object.keys(operation.responses[status]?.content ?? {})
    must(types.includes(type) || types.includes('*/*'), `${type} is not declared`)
    if (type === 'application/json' && text !== '' && types.includes(type))
      wrong.push(...judgeData(operation.path, text, target))
  }

  for (const [name, value] of Object.entries(headers)) {
    must(knownFields.has(name), `a field ${name}`)
    must(addressFields.includes(name) || !value.includes(mark), `${name} holds what a client sent`)
  }
  for (const secret of [fieldMark, foreignHost]) {
    if (!target.includes(secret) || secret === foreignHost)
      must(!head.includes(secret) && !text.includes(secret), `it holds ${secret}`)
  }
  const told = inside.find((pattern) => pattern.test(status >= 400 ? `${head}\n${text}` : head))
  must(told === undefined, `it tells of the inside: ${told}`)
  return wrong
}

/** The body as text, decoded; empty where it is none. Throws where its coding is broken. */
function readText({ headers, body }: Answer): string {
  if (body.length === 0) return ''
  const coding = headers['content-encoding']
  const plain = coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body
  return /json|text|xml|yaml|bibtex|ris/.test(headers['content-type'] ?? '') ? plain.toString('utf8') : ''
}

function judgeProblem(status: number, text: string, target: string, isUnread: boolean): string[] {
  const problem: { readonly status: number; readonly instance: string } = JSON.parse(text)
  const mistakes = findMistakes('/v1/areas', 400, problemType, problem).map(describe)
  if (problem.status !== status) mistakes.push(`it says ${problem.status}`)
  const path = normalizeTarget(target).split('?')[0]?.slice(0, 500)
  if (!isUnread && problem.instance !== path && problem.instance !== '')
    mistakes.push(`it is of ${problem.instance}`)
  return mistakes
}

function judgeData(path: string, text: string, target: string): string[] {
  const data: unknown = JSON.parse(text)
  const mistakes = findMistakes(path, 200, 'application/json', data).map(describe)
  const permalink = /"permalink":"https?:\/\/[^/"]+([^"?]*)/.exec(text)?.[1]
  if (permalink !== undefined && path.startsWith('/v1') && localOf(permalink) !== localOf(pathOf(target)))
    mistakes.push(`it is of ${permalink}`)
  return mistakes
}

const describe = (error: { instancePath: string; message?: string }) =>
  `${error.instancePath} ${error.message}`

/** A path without its release. */
const localOf = (path: string) => path.replace(/^\/v1(?:\/releases\/[^/]+(?=\/))?/, '')
