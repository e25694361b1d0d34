// What every release of a history must answer, computed from its folders before any of them is published.
import canonicalize from 'canonicalize'
import { buildReleases } from '../../src/dataset/build.ts'
import { contentSha256 } from '../../src/dataset/content.ts'
import { type Filters, type Finding, type Sort, selectFindings } from './oracle.ts'

export interface Timeline {
  readonly versions: readonly string[]
  /** How many events lead to the last release. */
  readonly events: number
  readonly content_sha256: string
  /** The findings a release must answer with, in order. */
  select(version: string, filters: Filters, sort?: Sort): readonly Finding[]
  /** The finding of a release; undefined where it has none of that identifier. */
  find(version: string, id: string): Finding | undefined
  /** Identifiers of a list of a release, in order. */
  list(version: string, list: 'area' | 'agency' | 'theme' | 'inspection'): readonly string[]
  /** Every identifier a finding ever had. */
  readonly ids: readonly string[]
}

export function openTimeline(root: string): Timeline {
  const releases = buildReleases(root)
  const snapshots = new Map(releases.map(({ file, snapshot }) => [file.version, snapshot]))
  const snapshotOf = (version: string) => {
    const snapshot = snapshots.get(version)
    if (snapshot === undefined) throw new Error(`nobody published ${version}`)
    return snapshot
  }
  const kept = new Map<string, readonly Finding[]>()
  const select = (version: string, filters: Filters, sort: Sort = '-published_on') => {
    const key = JSON.stringify([version, filters, sort])
    const rows = kept.get(key) ?? selectFindings(snapshotOf(version), filters, sort)
    kept.set(key, rows)
    return rows
  }
  const newest = releases.at(-1)
  if (newest === undefined) throw new Error('no release')
  return {
    versions: releases.map(({ file }) => file.version),
    events: releases.reduce((sum, { events }) => sum + events.length, 0),
    content_sha256: contentSha256(newest.snapshot),
    select,
    find: (version, id) => select(version, {}).find((finding) => finding.id === id),
    list: (version, list) => [...snapshotOf(version)[list].keys()],
    ids: [...new Set(releases.flatMap(({ snapshot }) => [...snapshot.finding.keys()]))],
  }
}

/** Whether rows of an answer are findings as they must be, field by field; addresses of the API's own apart. */
export function areSame(rows: readonly object[], findings: readonly Finding[]): boolean {
  return (
    rows.length === findings.length &&
    rows.every((row, index) => {
      const { url: _url, ...fields }: { url?: string } = { ...row }
      return canonicalize(fields) === canonicalize(findings[index])
    })
  )
}
