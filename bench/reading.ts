// A page of findings as the database has it, read by SQL that shares nothing with the server's: what answers are held against.
import { deepStrictEqual } from 'node:assert/strict'
import { sql } from 'kysely'
import type { Owner } from '../src/db/client.ts'
import { askJson } from './ask.ts'
import type { Question } from './question.ts'

interface List {
  readonly data: readonly unknown[]
  readonly page: { readonly total: number }
}

/** Throws unless the list at an address is the first 25 findings of the question, field by field, and counts them right. */
export async function checkPage(db: Owner, url: string, question: Question, base: string): Promise<void> {
  const { data, page } = await askJson<List>(url)
  deepStrictEqual({ data, total: page.total }, await readPage(db, question, base), url)
}

async function readPage(db: Owner, question: Question, base: string) {
  const { published_from = '1900-01-01', published_to = '9999-12-31', agency = null } = question
  const { rows } = await sql<{ data: unknown[]; total: number }>`
    WITH RECURSIVE current AS (SELECT max(id) AS id FROM release),
    wanted AS (
      SELECT a.id FROM agency a JOIN current ON a.release_id = current.id WHERE a.id = ${agency}
      UNION
      SELECT a.id FROM agency a JOIN current ON a.release_id = current.id JOIN wanted ON a.broader = wanted.id
    ),
    chosen AS (
      SELECT f.* FROM finding f JOIN current ON f.release_id = current.id
      WHERE f.published_on BETWEEN ${published_from}::date AND ${published_to}::date
        AND (${agency}::text IS NULL OR f.id IN (
          SELECT finding_id FROM finding_agency JOIN current ON release_id = current.id
          WHERE agency_id IN (SELECT id FROM wanted)))
    ),
    page AS (SELECT * FROM chosen ORDER BY published_on DESC, id LIMIT 25)
    SELECT (SELECT count(*)::int FROM chosen) AS total, coalesce(jsonb_agg(jsonb_build_object(
      'id', page.id, 'programme', page.programme_id, 'scope', page.scope, 'inspection', page.inspection_id,
      'area', page.area_id, 'region', area.region, 'publication', page.publication_id,
      'published_on', page.published_on::text, 'kind', page.kind, 'section', page.section, 'basis', page.basis,
      'summary', page.summary, 'note', page.note, 'agencies', agencies.ids, 'themes', themes.ids,
      'evidence', stands.items, 'url', ${`${base}/findings/`}::text || page.id
    ) ORDER BY page.published_on DESC, page.id), '[]') AS data
    FROM page
    LEFT JOIN area ON area.release_id = page.release_id AND area.id = page.area_id
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(agency_id ORDER BY position), '[]') AS ids FROM finding_agency l
      WHERE l.release_id = page.release_id AND l.finding_id = page.id) agencies
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(theme_id ORDER BY position), '[]') AS ids FROM finding_theme l
      WHERE l.release_id = page.release_id AND l.finding_id = page.id) themes
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('publication', e.publication_id, 'relation', e.relation,
        'page', e.page, 'heading', e.heading, 'item', e.item,
        'url', CASE WHEN e.page IS NULL THEN p.url ELSE p.url || '#page=' || e.page END) ORDER BY e.position), '[]') AS items
      FROM evidence e JOIN publication p ON p.release_id = e.release_id AND p.id = e.publication_id
      WHERE e.release_id = page.release_id AND e.finding_id = page.id) stands`.execute(db)
  return rows[0]
}
