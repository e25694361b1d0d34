// The fields in which two states of a record differ. Pure.
import canonicalize from 'canonicalize'

interface ChangedValue {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** In the order of the record's fields; all of them where there is but one state. */
export function changedValues(before: object | null, after: object | null): ChangedValue[] {
  const read = (record: object | null, field: string): unknown =>
    record === null ? undefined : Reflect.get(record, field)
  return Object.keys({ ...before, ...after })
    .filter((field) => canonicalize(read(before, field)) !== canonicalize(read(after, field)))
    .map((field) => ({ field, before: read(before, field) ?? null, after: read(after, field) ?? null }))
}
