// The committed contract, closed: what it does not declare, no answer may hold.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>
}

interface Contract {
  readonly openapi: string
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>
}

const folder = join(import.meta.dirname, '../../openapi')

export const readContract = (file: 'v1.json' | 'v1.yaml' | 'examples.json'): string =>
  readFileSync(join(folder, file), 'utf8')

export const contract: Contract = JSON.parse(readContract('v1.json'))

export const operations = Object.entries(contract.paths).map(([path, { get }]) => ({ path, ...get }))

const ajv = new Ajv2020({ strict: false, allErrors: true })
const isDate = (text: string) =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
ajv.addFormat('date', isDate)
ajv.addFormat(
  'date-time',
  (text) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text) && isDate(text.slice(0, 19)),
)
ajv.addFormat('uri', (text) => /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text))
ajv.addSchema(close(contract), 'contract')

/** Forbids undeclared properties, which the contract itself leaves open so that fields may be added. */
function close(schema: unknown): object {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    const isOpen =
      typeof value === 'object' &&
      value !== null &&
      'properties' in value &&
      !('additionalProperties' in value)
    return isOpen ? { ...value, additionalProperties: false } : value
  })
  return Object(copy)
}

/** What is wrong with an answer of an operation by its declared schema; empty where nothing is. */
export function findMistakes(path: string, status: number, mediaType: string, body: unknown): ErrorObject[] {
  const steps = ['paths', path, 'get', 'responses', String(status), 'content', mediaType, 'schema']
  const pointer = steps
    .map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/')
  const validate = ajv.getSchema(`contract#/${pointer}`)
  if (validate === undefined) throw new Error(`the contract has no answer ${status} ${mediaType} for ${path}`)
  return validate(body) ? [] : (validate.errors ?? [])
}
