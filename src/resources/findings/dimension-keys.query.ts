// The findings of a release with the value each has in a dimension: what facets and crosstab are grouped by.
import { type SelectQueryBuilder, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { DB } from '../../db/types.gen.ts'
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

type Keys = SelectQueryBuilder<DB, 'finding', { finding_id: string; key: string | null }>

/** One row for each finding and value; several rows may repeat a pair. `pairs` say under what a code counts. */
export function selectKeys(
  db: Reader,
  { release }: Edition,
  dimension: Dimension,
  pairs: readonly CodePair[],
): Keys {
  const findings = db.selectFrom('finding').where('finding.release_id', '=', release.id)
  if (dimension === 'agency' || dimension === 'theme') {
    const link = dimension === 'agency' ? sql`finding_agency` : sql`finding_theme`
    const code = dimension === 'agency' ? sql`agency_id` : sql`theme_id`
    const keys = sql<{ finding_id: string; key: string }>`(
      SELECT link.finding_id, counted.key FROM ${link} link
      JOIN unnest(${pairs.map((pair) => pair.code)}::text[], ${pairs.map(({ id }) => id)}::text[]) counted(code, key)
        ON counted.code = link.${code}
      WHERE link.release_id = ${release.id})`
    return findings
      .innerJoin(keys.as<'keys'>(sql`keys`), 'keys.finding_id', 'finding.id')
      .select(['finding.id as finding_id', 'keys.key'])
  }
  if (dimension === 'region') {
    return findings
      .leftJoin('area', (join) =>
        join.onRef('area.release_id', '=', 'finding.release_id').onRef('area.id', '=', 'finding.area_id'),
      )
      .select(['finding.id as finding_id', 'area.region as key'])
  }
  return findings.select(['finding.id as finding_id', `finding.${columns[dimension]} as key`])
}
