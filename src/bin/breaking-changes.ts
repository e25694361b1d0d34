// What in one state of the contract would break a client of an earlier one. Pure. Our own: ADR 0015.
import { isDeepStrictEqual } from 'node:util'

type Json = Readonly<Record<string, unknown>>

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const strings = (value: unknown): readonly string[] => list(value).map(String)

/** One line for each change that docs/api-stability.md promises not to make. */
export function findBreakingChanges(before: unknown, after: unknown): string[] {
  const compare = comparison(before, after)
  const servers = changed('servers', object(before), object(after), ['servers'])
  return servers.concat(
    Object.entries(object(object(before).paths)).flatMap(([path, methods]) => {
      const was = object(object(methods).get)
      const is = object(object(object(object(after).paths)[path]).get)
      if (Object.keys(is).length === 0) return [`${path}: is gone`]
      return [
        ...(was.operationId === is.operationId ? [] : [`${path}: operationId was ${was.operationId}`]),
        ...compareParameters(path, list(was.parameters), list(is.parameters), compare.input),
        ...compareResponses(path, object(was.responses), object(is.responses), compare.output),
      ]
    }),
  )
}

type Compare = (where: string, was: unknown, is: unknown) => string[]

function compareParameters(
  path: string,
  was: readonly unknown[],
  is: readonly unknown[],
  input: Compare,
): string[] {
  const byName = (parameters: readonly unknown[]) =>
    new Map(parameters.map(object).map((one) => [`${one.in} parameter ${one.name}`, one]))
  const [old, now] = [byName(was), byName(is)]
  const kept = [...old].flatMap(([name, one]) => {
    const next = now.get(name)
    if (next === undefined) return [`${path}: ${name} is gone`]
    const needed = one.required !== true && next.required === true
    return [
      ...(needed ? [`${path}: ${name} is required now`] : []),
      ...changed(`${path}: ${name}`, one, next, ['style', 'explode']),
      ...input(`${path}: ${name}`, one.schema, next.schema),
    ]
  })
  const added = [...now].filter(([name, one]) => !old.has(name) && one.required === true)
  return [...kept, ...added.map(([name]) => `${path}: ${name} is new and required`)]
}

const compareResponses = (path: string, was: Json, is: Json, output: Compare): string[] =>
  Object.entries(was).flatMap(([status, response]) => {
    if (!(status in is)) return [`${path}: ${status} is gone`]
    const next = object(object(is[status]).content)
    return Object.entries(object(object(response).content)).flatMap(([media, one]) =>
      media in next
        ? output(`${path} ${status}`, object(one).schema, object(next[media]).schema)
        : [`${path} ${status}: ${media} is gone`],
    )
  })

function comparison(before: unknown, after: unknown) {
  const resolve = (document: unknown, schema: unknown): Json => {
    const { $ref, ...own } = object(schema)
    if (typeof $ref !== 'string') return own
    const components = object(object(object(document).components).schemas)
    return { ...object(components[$ref.replace('#/components/schemas/', '')]), ...own }
  }
  /** What was found for a pair of components; nothing while it is being looked at, as for one that holds itself. */
  const known = new Map<string, string[]>()

  /** What is sent: after may say no less than before, and nothing of another kind. */
  const output: Compare = (where, was, is) => {
    const [from, to] = [object(was).$ref, object(is).$ref]
    if (typeof from !== 'string' || typeof to !== 'string') return outputAlternatives(where, was, is)
    const pair = `${from} ${to}`
    const found = known.get(pair)
    if (found !== undefined) return found.map((line) => where + line)
    known.set(pair, [])
    const lines = outputAlternatives('', was, is)
    known.set(pair, lines)
    return lines.map((line) => where + line)
  }
  /** Each alternative of after must be one of before: the component of the same name, or else any that fits. */
  const outputAlternatives: Compare = (where, was, is) => {
    const old = alternatives(resolve(before, was))
    return alternatives(resolve(after, is)).flatMap((kind) => {
      const same = old.filter(({ $ref }) => $ref !== undefined && $ref === kind.$ref)
      const found = (same.length > 0 ? same : old).map((one) =>
        '$ref' in one && '$ref' in kind
          ? output(where, one, kind)
          : outputKind(where, resolve(before, one), resolve(after, kind)),
      )
      return found.toSorted((a, b) => a.length - b.length)[0] ?? [`${where}: has a new alternative`]
    })
  }
  const outputKind = (where: string, was: Json, is: Json): string[] => {
    if (was.type !== is.type) return [`${where}: was ${was.type}, is ${is.type}`]
    const required = strings(is.required)
    const members = Object.entries(object(was.properties)).flatMap(([name, schema]) => {
      const next = object(is.properties)[name]
      if (next === undefined) return [`${where}: ${name} is gone`]
      const lost = strings(was.required).includes(name) && !required.includes(name)
      return [
        ...(lost ? [`${where}: ${name} may be missing now`] : []),
        ...output(`${where}.${name}`, schema, next),
      ]
    })
    const added = strings(is.enum).filter((value) => !strings(was.enum).includes(value))
    const isClosed = was.enum !== undefined && !strings(was.enum).includes(openSetMember)
    return [
      ...members,
      ...(isClosed ? added.map((value) => `${where}: ${value} is a new value of a closed set`) : []),
      ...(was.enum !== undefined && is.enum === undefined ? [`${where}: is no closed set any more`] : []),
      ...changed(where, was, is, ['format', 'pattern']),
      ...('items' in was ? output(`${where}[]`, was.items, is.items) : []),
      ...('additionalProperties' in was
        ? output(`${where}.*`, was.additionalProperties, is.additionalProperties)
        : []),
    ]
  }

  /** What is asked: after must take all that before took, and mean the same by it. */
  const input: Compare = (where, was, is) => {
    const [old, now] = [resolve(before, was), resolve(after, is)]
    const lost = strings(old.enum).filter(
      (value) => now.enum !== undefined && !strings(now.enum).includes(value),
    )
    return [
      ...(old.type === now.type ? [] : [`${where}: was ${old.type}, is ${now.type}`]),
      ...lost.map((value) => `${where}: ${value} is not allowed any more`),
      ...(old.enum === undefined && now.enum !== undefined ? [`${where}: is a closed set now`] : []),
      ...tightened(where, old, now, ['maximum', 'maxLength', 'maxItems'], (a, b) => b < a),
      ...tightened(where, old, now, ['minimum', 'minLength', 'minItems'], (a, b) => b > a),
      ...changed(where, old, now, ['default', 'pattern', 'format', 'const', 'multipleOf']),
      ...changed(where, old, now, ['exclusiveMinimum', 'exclusiveMaximum', 'uniqueItems']),
      ...('items' in old ? input(`${where}[]`, old.items, now.items) : []),
    ]
  }
  return { input, output }
}

/** A member of the one closed set that may grow: the types of publications. */
const openSetMember = 'inspection_letter'

const alternatives = (schema: Json): readonly Json[] =>
  'anyOf' in schema ? list(schema.anyOf).map(object) : [schema]

const changed = (where: string, was: Json, is: Json, keywords: readonly string[]): string[] =>
  keywords
    .filter((keyword) => !isDeepStrictEqual(was[keyword], is[keyword]))
    .map((keyword) => `${where}: ${keyword} was ${was[keyword]}, is ${is[keyword]}`)

const tightened = (
  where: string,
  was: Json,
  is: Json,
  keywords: readonly string[],
  isTighter: (was: number, is: number) => boolean,
): string[] =>
  keywords
    .filter((keyword) => {
      const [old, now] = [was[keyword], is[keyword]]
      return typeof now === 'number' && (typeof old !== 'number' || isTighter(old, now))
    })
    .map((keyword) => `${where}: ${keyword} was ${was[keyword] ?? 'none'}, is ${is[keyword]}`)
