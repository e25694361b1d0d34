// A release as a whole: the snapshot before plus what the folder changes, and the events between them. Pure.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Issue } from './issues.ts'
import { checkRecord, type ReleaseFolder } from './read.ts'
import { type AnyRecord, type Entity, entities, fileStems, type RecordOf } from './records.ts'

/** All records of a release by kind and identifier, in code-list order. */
export type Snapshot = { readonly [E in Entity]: Map<string, RecordOf<E>> }

export interface ChangeEvent {
  readonly type: 'created' | 'corrected' | 'withdrawn'
  readonly entity: Entity
  readonly id: string
  readonly reason: string | null
  readonly replaced_by: string | null
  readonly changed_fields: readonly string[]
  readonly before: AnyRecord | null
  readonly after: AnyRecord | null
}

/** What is known after some releases: the snapshot, every identifier ever used, and where a record was last written. */
export interface History {
  readonly snapshot: Snapshot
  readonly withdrawn: ReadonlyMap<string, string>
  readonly written: ReadonlyMap<string, string>
}

export const keyOf = (entity: Entity, id: string): string => `${entity} ${id}`

export const emptyHistory = (): History => ({
  snapshot: {
    programme: new Map(),
    inspectorate: new Map(),
    area: new Map(),
    publication: new Map(),
    agency: new Map(),
    theme: new Map(),
    inspection: new Map(),
    finding: new Map(),
  },
  withdrawn: new Map(),
  written: new Map(),
})

// A map of one kind seen as a map of any: the checked record that goes in is of the kind it was checked for.
const recordsOf = (snapshot: Snapshot, entity: Entity) => snapshot[entity] as Map<string, AnyRecord>

/** Applies a folder to what was before. The old history is left as it is. */
export function applyRelease(
  before: History,
  folder: ReleaseFolder,
): { history: History; events: ChangeEvent[]; issues: Issue[] } {
  const snapshot = copy(before.snapshot)
  const withdrawn = new Map(before.withdrawn)
  const written = new Map(before.written)
  const events: ChangeEvent[] = []
  const issues: Issue[] = []
  const touched = new Set<string>()

  for (const { entity, value, file } of folder.added) {
    const key = keyOf(entity, value.id)
    const goneIn = withdrawn.get(key)
    if (goneIn !== undefined) {
      issues.push({
        file,
        record: value.id,
        field: 'id',
        message: `was withdrawn in ${goneIn}; an identifier is never used again`,
      })
    } else if (written.has(key)) {
      issues.push({
        file,
        record: value.id,
        field: 'id',
        message: `already exists, in ${written.get(key)}; a new record needs a new identifier`,
      })
    } else {
      recordsOf(snapshot, entity).set(value.id, value)
      written.set(key, file)
      touched.add(key)
      events.push({
        ...nothing,
        type: 'created',
        entity,
        id: value.id,
        changed_fields: Object.keys(value).sort(),
        after: value,
      })
    }
  }

  for (const { value: correction, file } of folder.corrected) {
    const { entity, id, reason, set } = correction
    const key = keyOf(entity, id)
    const old = recordsOf(snapshot, entity).get(id)
    if (old === undefined || touched.has(key)) {
      const message =
        old === undefined
          ? `there is no ${entity} with this identifier to correct`
          : 'is changed twice in this release'
      issues.push({ file, record: id, field: 'id', message })
      continue
    }
    const next: unknown = { ...old, ...set }
    const changed = Object.keys(set).filter(
      (field) => canonicalize(set[field]) !== canonicalize(Reflect.get(old, field)),
    )
    for (const field of Object.keys(set).filter((field) => !changed.includes(field))) {
      issues.push({ file, record: id, field, message: 'is already what the correction says; leave it out' })
    }
    if (!checkRecord(entity)(next, (field, message) => issues.push({ file, record: id, field, message })))
      continue
    recordsOf(snapshot, entity).set(id, next)
    written.set(key, file)
    touched.add(key)
    events.push({
      ...nothing,
      type: 'corrected',
      entity,
      id,
      reason,
      changed_fields: changed.sort(),
      before: old,
      after: next,
    })
  }

  for (const { value: withdrawal, file } of folder.withdrawn) {
    const { entity, id, reason, replaced_by } = withdrawal
    const key = keyOf(entity, id)
    const old = recordsOf(snapshot, entity).get(id)
    if (old === undefined || touched.has(key)) {
      const message =
        old === undefined
          ? `there is no ${entity} with this identifier to withdraw`
          : 'is changed twice in this release'
      issues.push({ file, record: id, field: 'id', message })
      continue
    }
    recordsOf(snapshot, entity).delete(id)
    withdrawn.set(key, folder.name)
    touched.add(key)
    events.push({
      type: 'withdrawn',
      entity,
      id,
      reason,
      replaced_by,
      changed_fields: Object.keys(old).sort(),
      before: old,
      after: null,
    })
  }
  for (const { value, file } of folder.withdrawn) {
    if (value.replaced_by !== null && !recordsOf(snapshot, value.entity).has(value.replaced_by)) {
      issues.push({
        file,
        record: value.id,
        field: 'replaced_by',
        message: `there is no ${value.entity} ${value.replaced_by} in this release`,
      })
    }
  }
  return { history: { snapshot, withdrawn, written }, events, issues }
}

const nothing = { reason: null, replaced_by: null, before: null, after: null }

const copy = (snapshot: Snapshot): Snapshot => ({
  programme: new Map(snapshot.programme),
  inspectorate: new Map(snapshot.inspectorate),
  area: new Map(snapshot.area),
  publication: new Map(snapshot.publication),
  agency: new Map(snapshot.agency),
  theme: new Map(snapshot.theme),
  inspection: new Map(snapshot.inspection),
  finding: new Map(snapshot.finding),
})

/** A finding with the fields that follow from what it refers to, in the order of the wire. */
export function completeFinding(snapshot: Snapshot, finding: RecordOf<'finding'>) {
  const inspection = finding.inspection === null ? undefined : snapshot.inspection.get(finding.inspection)
  const area = inspection && snapshot.area.get(inspection.area)
  return {
    ...finding,
    scope: inspection ? ('area' as const) : ('national' as const),
    area: area?.id ?? null,
    region: area?.region ?? null,
    published_on: snapshot.publication.get(finding.publication)?.published_on ?? '',
    evidence: finding.evidence.map((evidence) => ({
      ...evidence,
      url: evidenceUrl(snapshot.publication.get(evidence.publication)?.url ?? '', evidence.page),
    })),
  }
}

const evidenceUrl = (url: string, page: number | null): string =>
  page === null ? url : `${url}#page=${page}`

/** All findings in the default order: newest publication first, then by identifier. */
export function orderedFindings(snapshot: Snapshot) {
  return [...snapshot.finding.values()]
    .map((finding) => completeFinding(snapshot, finding))
    .sort((a, b) => compare(b.published_on, a.published_on) || compare(a.id, b.id))
}

/** Code point order of ASCII strings, as PostgreSQL's "C" collation has it. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * SHA-256 of the whole content in canonical JSON (RFC 8785): one object whose members are the plural names of
 * the record kinds and whose values are the records in their order, findings by position.
 */
export function contentSha256(snapshot: Snapshot): string {
  const hash = createHash('sha256')
  const members = entities
    .map((entity) => ({ name: fileStems[entity], entity }))
    .sort((a, b) => compare(a.name, b.name))
  members.forEach(({ name, entity }, index) => {
    hash.update(`${index === 0 ? '{' : ','}"${name}":[`)
    let separator = ''
    for (const record of entity === 'finding' ? orderedFindings(snapshot) : snapshot[entity].values()) {
      hash.update(separator).update(canonicalize(record) ?? '')
      separator = ','
    }
    hash.update(']')
  })
  return hash.update('}').digest('hex')
}
