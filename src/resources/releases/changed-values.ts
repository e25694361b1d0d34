// The fields in which two states of a record differ. Pure.
import canonicalize from 'canonicalize'

type RecordFields = Readonly<Record<string, unknown>>

interface ChangedValue {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** In the order of the record's fields. */
export const changedValues = (before: RecordFields | null, after: RecordFields | null): ChangedValue[] =>
  Object.keys({ ...before, ...after })
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter((one) => canonicalize(one.before) !== canonicalize(one.after))
