// The content of a published release as its checksum sees it, put together from database rows alone.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { type RawBuilder, sql } from 'kysely'
import type { Owner } from '../../src/db/client.ts'

interface Row {
  readonly record: Readonly<Record<string, unknown>>
}

const all = (table: string): RawBuilder<Row> => sql<Row>`
  SELECT to_jsonb(t) - '{release_id,position}'::text[] AS record
  FROM ${sql.table(table)} t WHERE release_id = (SELECT max(id) FROM release) ORDER BY position`

// Each as the record kinds are written in a release folder, plus what a finding takes from what it refers to.
const queries: Readonly<Record<string, RawBuilder<Row>>> = {
  programmes: all('programme'),
  inspectorates: all('inspectorate'),
  areas: all('area'),
  agencies: all('agency'),
  themes: all('theme'),
  publications: sql<Row>`
    SELECT to_jsonb(p) - '{release_id,position,inspection_id}'::text[]
      || jsonb_build_object('inspection', inspection_id) AS record
    FROM publication p WHERE release_id = (SELECT max(id) FROM release) ORDER BY position`,
  inspections: sql<Row>`
    SELECT to_jsonb(i) - '{release_id,position,programme_id,area_id,letter_id}'::text[] || jsonb_build_object(
      'programme', programme_id, 'area', area_id, 'letter', letter_id,
      'inspectorates', ARRAY(SELECT inspectorate_id FROM inspection_inspectorate c
        WHERE (c.release_id, c.inspection_id) = (i.release_id, i.id) ORDER BY c.position),
      'response_contributors', ARRAY(SELECT agency_id FROM inspection_response_contributor c
        WHERE (c.release_id, c.inspection_id) = (i.release_id, i.id) ORDER BY c.position)) AS record
    FROM inspection i WHERE release_id = (SELECT max(id) FROM release) ORDER BY position`,
  findings: sql<Row>`
    SELECT jsonb_build_object(
      'id', id, 'programme', programme_id, 'scope', scope, 'inspection', inspection_id, 'area', area_id,
      'region', (SELECT region FROM area a WHERE (a.release_id, a.id) = (f.release_id, f.area_id)),
      'publication', publication_id, 'published_on', published_on, 'kind', kind, 'section', section,
      'basis', basis, 'summary', summary, 'note', note,
      'agencies', ARRAY(SELECT agency_id FROM finding_agency c
        WHERE (c.release_id, c.finding_id) = (f.release_id, f.id) ORDER BY c.position),
      'themes', ARRAY(SELECT theme_id FROM finding_theme c
        WHERE (c.release_id, c.finding_id) = (f.release_id, f.id) ORDER BY c.position),
      'evidence', (SELECT jsonb_agg(jsonb_build_object('publication', e.publication_id, 'relation', relation,
          'page', page, 'heading', heading, 'item', item,
          'url', p.url || CASE WHEN page IS NULL THEN '' ELSE '#page=' || page END) ORDER BY e.position)
        FROM evidence e JOIN publication p ON (p.release_id, p.id) = (e.release_id, e.publication_id)
        WHERE (e.release_id, e.finding_id) = (f.release_id, f.id))) AS record
    FROM finding f WHERE release_id = (SELECT max(id) FROM release) ORDER BY position`,
}

/** SHA-256 of the highest release in canonical JSON. */
export async function hashContent(db: Owner): Promise<string> {
  const content: Record<string, unknown> = {}
  for (const [name, query] of Object.entries(queries)) {
    const { rows } = await query.execute(db)
    content[name] = rows.map((row) => row.record)
  }
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex')
}
