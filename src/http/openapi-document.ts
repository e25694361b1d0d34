// Finishes the generated document: examples, list parameters, nothing else. Pure.

export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, object>>
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapValues = (object: Json, change: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))

const header = (description: string) => ({ description, schema: { type: 'string' } })

const answerHeaders = {
  ETag: header('Weak validator: send it back in `If-None-Match`.'),
  'Request-Id': header('Quote it when reporting a problem.'),
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
  return {
    ...rest,
    ...(Array.isArray(parameters) ? { parameters: parameters.map(finishParameter) } : {}),
    responses: mapValues(isObject(responses) ? responses : {}, (response, status) => {
      if (!isObject(response)) return response
      const headers = status === '200' || status === '304' ? { headers: answerHeaders } : {}
      if (status !== '200' || !isObject(example) || !isObject(response.content))
        return { ...response, ...headers }
      const content = mapValues(response.content, (media) => ({
        ...(isObject(media) ? media : {}),
        examples: { real: { summary: String(example.summary), value: example.body } },
      }))
      return { ...response, ...headers, content }
    }),
  }
}

// `area=salford,bradford` and `area=salford&area=bradford` mean the same; one of them has to be named.
function finishParameter(parameter: unknown): unknown {
  const isList = isObject(parameter) && isObject(parameter.schema) && parameter.schema.type === 'array'
  return isList ? { ...parameter, style: 'form', explode: false } : parameter
}
