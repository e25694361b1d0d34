// A release as a whole: the snapshot before plus what the folder changes, step by step. Pure.
import canonicalize from 'canonicalize'
import type { Issue } from './issues.ts'
import { checkRecord, type ReleaseFolder } from './read.ts'
import type { AnyRecord, Entity, RecordOf } from './records.ts'

/** All records of a release by kind and identifier, in code-list order. */
export type Snapshot = { readonly [E in Entity]: Map<string, RecordOf<E>> }

/** What a folder does to one record, as it is written there. */
export interface Step {
  readonly type: 'created' | 'corrected' | 'withdrawn' | 'restored'
  readonly entity: Entity
  readonly id: string
  readonly reason: string | null
  readonly replaced_by: string | null
  readonly before: AnyRecord | null
  readonly after: AnyRecord | null
}

/** A record that was withdrawn, as it last was. */
export interface Withdrawn {
  readonly release: string
  readonly record: AnyRecord
}

/** What is known after some releases: the snapshot, every identifier ever used, and where a record was last written. */
export interface History {
  readonly snapshot: Snapshot
  readonly withdrawn: ReadonlyMap<string, Withdrawn>
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
export const recordsOf = (snapshot: Snapshot, entity: Entity) => snapshot[entity] as Map<string, AnyRecord>

/** Applies a folder to what was before. The old history is left as it is. */
export function applyRelease(
  before: History,
  folder: ReleaseFolder,
): { history: History; steps: Step[]; issues: Issue[] } {
  const snapshot = copy(before.snapshot)
  const withdrawn = new Map(before.withdrawn)
  const written = new Map(before.written)
  const steps: Step[] = []
  const issues: Issue[] = []
  const touched = new Set<string>()

  for (const { entity, value, file } of folder.added) {
    const key = keyOf(entity, value.id)
    const gone = withdrawn.get(key)
    if (gone !== undefined) {
      issues.push({
        file,
        record: value.id,
        field: 'id',
        message: `was withdrawn in ${gone.release}; an identifier is never used again. To bring the record back: restored.yaml`,
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
      steps.push({ ...nothing, type: 'created', entity, id: value.id, after: value })
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
    for (const field of Object.keys(set)) {
      if (canonicalize(set[field]) !== canonicalize(Reflect.get(old, field))) continue
      issues.push({ file, record: id, field, message: 'is already what the correction says; leave it out' })
    }
    if (!checkRecord(entity)(next, (field, message) => issues.push({ file, record: id, field, message })))
      continue
    recordsOf(snapshot, entity).set(id, next)
    written.set(key, file)
    touched.add(key)
    steps.push({ ...nothing, type: 'corrected', entity, id, reason, before: old, after: next })
  }

  for (const { value: withdrawal, file } of folder.withdrawn) {
    const { entity, id, reason, replaced_by } = withdrawal
    const key = keyOf(entity, id)
    const old = recordsOf(snapshot, entity).get(id)
    if (old === undefined || touched.has(key)) {
      const message = touched.has(key)
        ? 'is changed twice in this release'
        : `there is no ${entity} with this identifier to withdraw`
      issues.push({ file, record: id, field: 'id', message })
      continue
    }
    recordsOf(snapshot, entity).delete(id)
    withdrawn.set(key, { release: folder.name, record: old })
    touched.add(key)
    steps.push({ type: 'withdrawn', entity, id, reason, replaced_by, before: old, after: null })
  }

  for (const { value: restoration, file } of folder.restored) {
    const { entity, id, reason } = restoration
    const key = keyOf(entity, id)
    const gone = withdrawn.get(key)
    if (gone === undefined || touched.has(key)) {
      const message = touched.has(key)
        ? 'is changed twice in this release'
        : `no ${entity} with this identifier was withdrawn`
      issues.push({ file, record: id, field: 'id', message })
      continue
    }
    recordsOf(snapshot, entity).set(id, gone.record)
    withdrawn.delete(key)
    written.set(key, file)
    touched.add(key)
    steps.push({ ...nothing, type: 'restored', entity, id, reason, after: gone.record })
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
  return { history: { snapshot, withdrawn, written }, steps, issues }
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
