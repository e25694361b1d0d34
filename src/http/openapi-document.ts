// Finishes the generated document: examples, list parameters, nothing else. Pure.

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapValues = (object: Json, change: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))

const header = (description: string) => ({ description, schema: { type: 'string' } })

const requestId = { 'Request-Id': header('Quote it when reporting a problem.') }
const etag = { ETag: header('Weak validator: send it back in `If-None-Match`.') }
const data = {
  'Dataset-Release': header('Version of the data set that answers.'),
  Link: header(
    '`canonical` (this answer for ever), `next`, `prev`, `alternate` formats, `license`, `describedby`.',
  ),
}
const file = { 'Content-Disposition': header('The name to save the answer by.') }
const headers: Readonly<Record<string, Json>> = {
  200: { ...etag, ...requestId },
  304: { ...etag, ...requestId },
  503: { 'Retry-After': header('Seconds to wait.'), ...requestId },
  307: { Location: header('The same address under the current release.'), ...requestId },
}

/** Puts the example of each operation beside its answer, and says how lists of values are written. */
export function finishDocument<T extends object>(document: T, examples: unknown): T {
  const paths: unknown = Reflect.get(document, 'paths')
  const finished = mapValues(isObject(paths) ? paths : {}, (path) =>
    mapValues(isObject(path) ? path : {}, (operation) =>
      finishOperation(isObject(operation) ? operation : {}, examples),
    ),
  )
  return { ...document, paths: finished }
}

function finishOperation(operation: Json, examples: unknown): Json {
  const { parameters, responses, ...rest } = operation
  const example = isObject(examples) ? examples[String(operation.operationId)] : undefined
  const isData = !(Array.isArray(operation.tags) && operation.tags.includes('contract'))
  return {
    ...rest,
    ...(Array.isArray(parameters) ? { parameters: parameters.map(finishParameter) } : {}),
    responses: mapValues(isObject(responses) ? responses : {}, (response, status) =>
      isObject(response) ? finishResponse(response, status, example, isData) : response,
    ),
  }
}

function finishResponse(response: Json, status: string, example: unknown, isData: boolean): Json {
  const { description, content } = response
  const isFile = isObject(content) && !('application/json' in content)
  const more = status === '200' && isData ? { ...data, ...(isFile ? file : {}) } : {}
  const head = { description, headers: { ...(headers[status] ?? requestId), ...more } }
  if (status.startsWith('3')) return head // no body
  if (status !== '200' || !isObject(example) || !isObject(content)) return { ...head, content }
  const shown = { real: { summary: String(example.summary), value: example.body } }
  return {
    ...head,
    content: mapValues(content, (media) => ({ ...(isObject(media) ? media : {}), examples: shown })),
  }
}

// `area=salford,bradford` and `area=salford&area=bradford` mean the same; one of them has to be named.
function finishParameter(parameter: unknown): unknown {
  const isList = isObject(parameter) && isObject(parameter.schema) && parameter.schema.type === 'array'
  return isList ? { ...parameter, style: 'form', explode: false } : parameter
}
