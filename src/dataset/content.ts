// The content of a release as it is told to the world: complete findings in order, and the checksum of it all. Pure.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { type AnyRecord, entities, fileStems, type RecordOf } from './records.ts'
import type { Snapshot } from './snapshot.ts'

export type CompleteFinding = ReturnType<typeof completeFinding>
/** A record as the API answers it, without counts and addresses of its own. */
export type WireRecord = Exclude<AnyRecord, RecordOf<'finding'>> | CompleteFinding

/** A finding with the fields that follow from what it refers to, in the order of the wire. */
export function completeFinding(snapshot: Snapshot, finding: RecordOf<'finding'>) {
  const inspection = finding.inspection === null ? undefined : snapshot.inspection.get(finding.inspection)
  const area = inspection && snapshot.area.get(inspection.area)
  return {
    id: finding.id,
    programme: finding.programme,
    scope: inspection ? ('area' as const) : ('national' as const),
    inspection: finding.inspection,
    area: area?.id ?? null,
    region: area?.region ?? null,
    publication: finding.publication,
    published_on: snapshot.publication.get(finding.publication)?.published_on ?? '',
    kind: finding.kind,
    section: finding.section,
    basis: finding.basis,
    summary: finding.summary,
    note: finding.note,
    agencies: finding.agencies,
    themes: finding.themes,
    evidence: finding.evidence.map(({ publication, relation, page, heading, item }) => ({
      ...{ publication, relation, page, heading, item },
      url: evidenceUrl(snapshot.publication.get(publication)?.url ?? '', page),
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

/** What a release tells, made once for its rows and its files. */
export interface Content {
  readonly snapshot: Snapshot
  /** In the default order. */
  readonly findings: readonly CompleteFinding[]
  readonly sha256: string
}

export function contentOf(snapshot: Snapshot): Content {
  const findings = orderedFindings(snapshot)
  return { snapshot, findings, sha256: contentSha256(snapshot, findings) }
}

/**
 * SHA-256 of the whole content in canonical JSON (RFC 8785): one object whose members are the plural names of
 * the record kinds and whose values are the records in their order, findings by position.
 */
export function contentSha256(
  snapshot: Snapshot,
  findings: readonly CompleteFinding[] = orderedFindings(snapshot),
): string {
  const hash = createHash('sha256')
  const members = entities
    .map((entity) => ({ name: fileStems[entity], entity }))
    .sort((a, b) => compare(a.name, b.name))
  members.forEach(({ name, entity }, index) => {
    hash.update(`${index === 0 ? '{' : ','}"${name}":[`)
    let separator = ''
    for (const record of entity === 'finding' ? findings : snapshot[entity].values()) {
      hash.update(separator).update(canonicalize(record) ?? '')
      separator = ','
    }
    hash.update(']')
  })
  return hash.update('}').digest('hex')
}
