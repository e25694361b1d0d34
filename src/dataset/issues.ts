// What the publisher says of a mistake in a release folder: file, record, field, and what is allowed.
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { usageError } from '../errors.ts'
import { labelPattern, textPattern } from './records.ts'

export interface Issue {
  /** Path below the folder of releases, for example `1.0.0/added/findings.yaml`. */
  readonly file: string
  /** Identifier of the record, or its place in the file where it has none. */
  readonly record?: string
  readonly field?: string
  readonly message: string
}

export const formatIssue = ({ file, record, field, message }: Issue): string =>
  `${[file, record, field].filter(Boolean).join(' › ')}: ${message}`

const shown = 50

/** Throws one usage error that lists the issues, or does nothing when there are none. */
export function refuseIssues(issues: readonly Issue[]): void {
  if (issues.length === 0) return
  const lines = issues.slice(0, shown).map(formatIssue)
  if (issues.length > shown) lines.push(`... and ${issues.length - shown} more`)
  throw usageError(`Nothing was published. ${issues.length} problem(s):\n${lines.join('\n')}`)
}

export type Check<T> = (value: unknown, report: (field: string, message: string) => void) => value is T

/** Makes a function that tells whether a value fits a schema and reports each field that does not. */
export function checkAgainst<S extends TSchema>(schema: S): Check<Static<S>> {
  const validator = Compile(schema)
  return (value, report): value is Static<S> => {
    if (validator.Check(value)) return true
    const seen = new Set<string>()
    for (const { instancePath, keyword, params, message } of validator.Errors(value)) {
      const path = instancePath.split('/').slice(1)
      const field = path.join('.')
      // Told once: a nullable field fails both of its alternatives, and an unknown one is also told by its record.
      if (keyword === 'additionalProperties' || seen.has(field)) continue
      seen.add(field)
      report(field, explain(keyword, params, schema, path) ?? message)
    }
    return false
  }
}

const textRule =
  'must be one line of text that does not begin with = + - @ or white space and holds no control character, line break or half of a character'

function explain(keyword: string, params: object, schema: TSchema, path: readonly string[]): string | null {
  const param = (name: string): unknown => Reflect.get(params, name)
  const list = (name: string): string => [param(name)].flat().join(', ')
  switch (keyword) {
    case 'required':
      return `fields are missing: ${list('requiredProperties')}`
    case 'boolean':
      return `is not a known field. Allowed: ${Object.keys(propertiesOf(findPart(schema, path.slice(0, -1)))).join(', ')}`
    case 'enum':
      return `must be one of: ${list('allowedValues')}`
    case 'maxLength':
      return `is longer than ${param('limit')} characters`
    case 'uniqueItems':
      return 'must not hold a value twice'
    case 'format':
      return `must be a real date or time. Allowed: ${describe(schema, path)}`
    case 'pattern':
      if (param('pattern') === textPattern) return textRule
      if (param('pattern') === labelPattern) return `${textRule}, nor a semicolon`
      return `is malformed. Allowed: ${describe(schema, path)} Pattern: ${param('pattern')}`
    default:
      return null
  }
}

const propertiesOf = (schema: TSchema): Record<string, TSchema> => Reflect.get(schema, 'properties') ?? {}

/** The part of a schema that the value at a path is held to. */
const findPart = (schema: TSchema, path: readonly string[]): TSchema =>
  path.reduce<TSchema>((part, name) => propertiesOf(part)[name] ?? Reflect.get(part, 'items') ?? {}, schema)

const describe = (schema: TSchema, path: readonly string[]): string =>
  String(Reflect.get(findPart(schema, path), 'description') ?? '')
