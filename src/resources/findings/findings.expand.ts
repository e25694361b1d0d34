// What `fields` leaves of a finding, and what `expand` adds beside the findings. Pure.
import type { Edition } from '../../db/catalogue.ts'
import { type Finding, type FindingQuery, fieldNames, type Included } from './findings.schema.ts'

/** The finding, or only the fields asked for, always in the order of the wire. */
export function pickFields(finding: Finding, fields: FindingQuery['fields']): Partial<Finding> {
  const names = fields === undefined ? fieldNames : fieldNames.filter((name) => fields.includes(name))
  return Object.fromEntries(names.map((name) => [name, finding[name]]))
}

/** The records that findings refer to, of the kinds asked for; nothing where none is asked for. */
export function includeReferences(
  findings: readonly Finding[],
  expand: FindingQuery['expand'],
  { codes }: Edition,
): { included?: Included } {
  if (expand === undefined) return {}
  const used = (ids: (finding: Finding) => readonly (string | null)[]) => new Set(findings.flatMap(ids))
  const byId = <T extends { readonly id: string }>(records: readonly T[], ids: ReadonlySet<string | null>) =>
    Object.fromEntries(records.filter(({ id }) => ids.has(id)).map((record) => [record.id, record]))
  const included: Included = {}
  if (expand.includes('area'))
    included.areas = byId(
      codes.areas,
      used(({ area }) => [area]),
    )
  if (expand.includes('inspection'))
    included.inspections = byId(
      codes.inspections,
      used(({ inspection }) => [inspection]),
    )
  if (expand.includes('agencies'))
    included.agencies = byId(
      codes.agencies,
      used(({ agencies }) => agencies),
    )
  if (expand.includes('themes'))
    included.themes = byId(
      codes.themes,
      used(({ themes }) => themes),
    )
  if (expand.includes('publications')) {
    const cited = used(({ publication, evidence }) => [
      publication,
      ...evidence.map((one) => one.publication),
    ])
    included.publications = byId(codes.publications, cited)
  }
  return { included }
}
