// The findings of a release with the value each has in a dimension: what a crosstab is grouped by.
import { type AliasedExpression, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Dimension } from './findings.schema.ts'

/** A code as it stands in the data, and the value it is counted under. */
export interface CodePair {
  readonly code: string
  readonly id: string
}

const columns = {
  area: 'area_id',
  kind: 'kind',
  section: 'section',
  basis: 'basis',
  scope: 'scope',
  inspection: 'inspection_id',
  programme: 'programme_id',
  publication: 'publication_id',
} as const

interface Keys {
  readonly finding_id: string
  readonly key: string | null
}

/** One row for each finding and value; several rows may repeat a pair. `pairs` say under what a code counts. */
export function selectKeys<Alias extends string>(
  db: Reader,
  { release }: Edition,
  dimension: Dimension,
  pairs: readonly CodePair[],
  alias: Alias,
): AliasedExpression<Keys, Alias> {
  if (dimension === 'agency' || dimension === 'theme') {
    const link = dimension === 'agency' ? sql`finding_agency` : sql`finding_theme`
    const code = dimension === 'agency' ? sql`agency_id` : sql`theme_id`
    return sql<Keys>`(
      SELECT link.finding_id, counted.key FROM ${link} link
      JOIN unnest(${pairs.map((pair) => pair.code)}::text[], ${pairs.map(({ id }) => id)}::text[]) counted(code, key)
        ON counted.code = link.${code}
      WHERE link.release_id = ${release.id})`.as<Alias>(sql.ref(alias))
  }
  const findings = db.selectFrom('finding').where('finding.release_id', '=', release.id)
  if (dimension === 'region') {
    return findings
      .leftJoin('area', (join) =>
        join.onRef('area.release_id', '=', 'finding.release_id').onRef('area.id', '=', 'finding.area_id'),
      )
      .select(['finding.id as finding_id', 'area.region as key'])
      .as(alias)
  }
  return findings.select(['finding.id as finding_id', `finding.${columns[dimension]} as key`]).as(alias)
}
