// Small TypeBox makers that give the same JSON Schema in every tool: closed sets, nullables, dates, identifiers.
import { type TSchema, Type } from 'typebox'

/** A closed set as one `enum` with a type; a union of literals would become anyOf. */
export const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description })

export const nullable = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

const described = (description: string | undefined) => (description === undefined ? {} : { description })

const slug = '[a-z0-9]+(-[a-z0-9]+)*'

export const id = (description?: string) =>
  Type.String({ pattern: `^${slug}$`, maxLength: 100, ...described(description) })

export const date = (description?: string) =>
  Type.String({ format: 'date', pattern: '^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$', ...described(description) })

export const month = (description: string) =>
  Type.String({ pattern: '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$', description })

export const sha256 = (description?: string) =>
  Type.String({ pattern: '^[0-9a-f]{64}$', ...described(description) })

export const semver = (description: string) =>
  Type.String({ pattern: '^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$', description })

/** The keys of an object of known shape, in its order. */
export const keysOf = <T extends object>(object: T) => Object.keys(object) as (keyof T & string)[]

/** The query of an address that takes no parameter. */
export const noParameters = Type.Object({}, { additionalProperties: false })
