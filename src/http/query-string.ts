// Reads a query string strictly: nothing ignored, nothing coerced, everything bounded. Used by one hook.
import type { FastifyInstance } from 'fastify'
import { invalidParameters, type ParameterError } from '../errors.ts'
import type { Query, QueryValue } from '../lib/canonical-query.ts'
import { suggest } from '../lib/suggest.ts'

const longestQuery = 8_000
const mostPairs = 100
const mostValues = 50

interface Property {
  readonly type?: string
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: QueryValue
  readonly enum?: readonly string[]
  readonly items?: Property
}
type Properties = Readonly<Record<string, Property>>

declare module 'fastify' {
  interface FastifyRequest {
    /** The query as read, before and after validation. */
    asked: Query
  }
}

/** Every request's query is read by the schema of its route, before Ajv validates it. */
export function readQueries(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const { schema } = request.routeOptions
    // A page that takes no parameter: what is appended to its link is not ours.
    if (request.is404 || (schema?.operationId === undefined && schema?.querystring === undefined)) return
    const at = request.raw.url?.indexOf('?') ?? -1
    request.asked = readQuery(
      at < 0 ? '' : (request.raw.url ?? '').slice(at + 1),
      propertiesOf(schema.querystring),
    )
    request.query = request.asked
  })
}

/** The properties of a query schema; none where a route takes no parameter. */
export const propertiesOf = (schema: unknown): Properties =>
  isObject(schema) && isObject(schema.properties) ? schema.properties : {}

/** The defaults of a query schema, by parameter. */
export const defaultsOf = (schema: unknown): Query =>
  Object.fromEntries(Object.entries(propertiesOf(schema)).map(([name, property]) => [name, property.default]))

const isObject = (value: unknown): value is Record<string, Property> & { readonly properties?: unknown } =>
  typeof value === 'object' && value !== null

/**
 * Splits and decodes a query by what each parameter is: repeated or comma-joined values of a list become one
 * array, digits an integer, true and false a boolean. Throws a 400 problem that names every mistake.
 */
export function readQuery(text: string, properties: Properties): Query {
  const pairs = text.split('&').filter((pair) => pair !== '')
  const errors: ParameterError[] = []
  if (Buffer.byteLength(text) > longestQuery || pairs.length > mostPairs) {
    const parameter = nameOf(pairs.toSorted((a, b) => b.length - a.length)[0] ?? '')
    const detail = `The query holds ${pairs.length} parameters in ${Buffer.byteLength(text)} bytes.`
    const allowed = [`at most ${mostPairs} parameters`, `at most ${longestQuery} bytes`]
    throw invalidParameters([{ parameter, detail, allowed }])
  }

  const values = new Map<string, string[]>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    const value = decode(at < 0 ? '' : pair.slice(at + 1))
    if (name === null || value === null) {
      const allowed = ['UTF-8, percent-encoded']
      errors.push({ parameter: nameOf(pair), detail: 'The percent-encoding is malformed.', allowed })
    } else values.set(name, [...(values.get(name) ?? []), value])
  }

  const query: Record<string, QueryValue> = {}
  for (const [name, given] of values) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const error = property === undefined ? unknown(name, properties) : check(name, given, property)
    if (error !== null) errors.push(error)
    else query[name] = convert(given, property?.type)
  }
  if (errors.length > 0) throw invalidParameters(errors)
  return query
}

/** The name of a pair of a query, decoded where that is possible, fit to be shown. */
export const nameOf = (pair: string): string => {
  const [name = ''] = pair.split('=')
  return printable(decode(name) ?? name)
}

// What is echoed is short and holds no control character.
const printable = (text: string): string => text.slice(0, 100).replaceAll(/\p{Cc}/gu, '\u{fffd}')

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function unknown(name: string, properties: Properties): ParameterError {
  const allowed = Object.keys(properties)
  const detail =
    allowed.length === 0 ? 'This address takes no parameters.' : 'There is no such parameter here.'
  return { parameter: printable(name), detail, allowed, did_you_mean: suggest(name, allowed) }
}

function check(name: string, given: readonly string[], property: Property): ParameterError | null {
  const wrong = (detail: string, ...allowed: string[]) => ({ parameter: name, detail, allowed })
  const isList = property.type === 'array'
  const values = isList ? given.flatMap((value) => value.split(',')) : given
  const [first = ''] = values
  if (!isList && given.length > 1) return wrong('It is given more than once.', 'one value')
  if (values.length > mostValues)
    return wrong(`It has ${values.length} values.`, `at most ${mostValues} values`)
  if (values.includes('')) return wrong('A value is empty.', ...allowedFor(property))
  if (/\p{Cc}/u.test(values.join(''))) return wrong('It holds a control character.', 'printable characters')
  if (/\p{Cs}/u.test(values.join(''))) return wrong('It holds half a surrogate pair.', 'Unicode characters')
  if (property.type === 'integer' && !/^(0|[1-9]\d{0,8})$/.test(first)) {
    return wrong('It is not a plain integer.', ...allowedFor(property))
  }
  if (property.type === 'boolean' && first !== 'true' && first !== 'false') {
    return wrong('It is neither true nor false.', ...allowedFor(property))
  }
  return null
}

/** What a parameter may be, for a person: its values, or a description of them. */
export function allowedFor({
  type,
  minimum,
  maximum,
  items,
  description,
  ...property
}: Property = {}): readonly string[] {
  if (type === 'integer') return [`an integer from ${minimum} to ${maximum}`]
  if (type === 'boolean') return ['true', 'false']
  return items?.enum ?? property.enum ?? [description ?? 'a value']
}

function convert(given: readonly string[], type: string | undefined): QueryValue {
  const [first = ''] = given
  if (type === 'array') return given.flatMap((value) => value.split(','))
  if (type === 'integer') return Number(first)
  if (type === 'boolean') return first === 'true'
  return first
}
