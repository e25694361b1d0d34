// Reads findings: a page of the filtered list, or one of them.
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Cursor } from '../../lib/cursor.ts'
import { defaultLimit, type Finding, type FindingsQuery } from './findings.schema.ts'
import { walkFindings } from './findings.walk.ts'

export interface FindingsPage {
  readonly findings: Finding[]
  readonly total: number
  /** Ranks of the last and first row to go on from; null where there is nothing further that way. */
  readonly nextAfter: number | null
  readonly prevBefore: number | null
}

export async function listFindings(
  db: Reader,
  edition: Edition,
  query: FindingsQuery,
  cursor: Cursor | null,
  base: string,
): Promise<FindingsPage> {
  const { limit = defaultLimit, ...selection } = query
  const backwards = cursor?.direction === 'prev'
  const { total, next } = await walkFindings(db, edition, selection)
  const places = next(cursor?.position ?? null, limit + 1, backwards)
  const more = places.length > limit
  const page = places.slice(0, limit)
  if (backwards) page.reverse()
  const [first, last] = [page.at(0)?.rank ?? null, page.at(-1)?.rank ?? null]
  return {
    findings: await readFindings(
      db,
      edition,
      page.map(({ position }) => position),
      base,
    ),
    total,
    nextAfter: backwards || more ? last : null,
    prevBefore: backwards ? (more ? first : null) : cursor === null ? null : first,
  }
}

/** The findings at some positions, in that order. */
async function readFindings(
  db: Reader,
  edition: Edition,
  positions: readonly number[],
  base: string,
): Promise<Finding[]> {
  if (positions.length === 0) return []
  const rows = await selectFindings(db)
    .select('finding.position')
    .where('finding.release_id', '=', edition.release.id)
    .where('finding.position', '=', sql<number>`any(${positions}::int[])`)
    .execute()
  const places = new Map(positions.map((position, place) => [position, place]))
  const placeOf = ({ position }: { readonly position: number }) => places.get(position) ?? 0
  return rows.sort((a, b) => placeOf(a) - placeOf(b)).map((row) => toFinding(row, edition, base))
}

/** One finding of a release, or undefined. */
export async function getFinding(
  db: Reader,
  edition: Edition,
  id: string,
  base: string,
): Promise<Finding | undefined> {
  const row = await selectFindings(db)
    .where('finding.release_id', '=', edition.release.id)
    .where('finding.id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : toFinding(row, edition, base)
}

/** The identifiers of a release in order, at most as many as asked for. */
export async function listIds(db: Reader, { release }: Edition, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('finding')
    .select('id')
    .where('release_id', '=', release.id)
    .orderBy('position_by_id')
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

/** Identifiers that begin like a mistyped one: what it may have meant. */
export async function listSimilarIds(db: Reader, { release }: Edition, id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('finding')
    .select('id')
    .where('release_id', '=', release.id)
    .where('id', 'like', `${id.slice(0, 3)}%`)
    .orderBy('id')
    .limit(2_000)
    .execute()
  return rows.map((row) => row.id)
}

// What follows from the code lists, which are in memory, is not asked of the database.
const selectFindings = (db: Reader) =>
  db
    .selectFrom('finding')
    .select(['finding.id', 'finding.programme_id as programme', 'finding.scope'])
    .select(['finding.inspection_id as inspection', 'finding.area_id as area'])
    .select(['finding.publication_id as publication', 'finding.published_on', 'finding.kind'])
    .select(['finding.section', 'finding.basis', 'finding.summary', 'finding.note'])
    .select([
      sql<string[]>`ARRAY(SELECT link.agency_id FROM finding_agency link
        WHERE link.release_id = finding.release_id AND link.finding_id = finding.id ORDER BY link.position)`.as(
        'agencies',
      ),
      sql<string[]>`ARRAY(SELECT link.theme_id FROM finding_theme link
        WHERE link.release_id = finding.release_id AND link.finding_id = finding.id ORDER BY link.position)`.as(
        'themes',
      ),
    ])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('evidence')
          .select(['evidence.publication_id as publication', 'evidence.relation', 'evidence.page'])
          .select(['evidence.heading', 'evidence.item'])
          .whereRef('evidence.release_id', '=', 'finding.release_id')
          .whereRef('evidence.finding_id', '=', 'finding.id')
          .orderBy('evidence.position'),
      ).as('evidence'),
    )

type Row = Awaited<ReturnType<ReturnType<typeof selectFindings>['execute']>>[number]

/** Field by field, in the order of the wire. */
function toFinding(row: Row, { codes }: Edition, base: string): Finding {
  const urlOf = (publication: string, page: number | null) =>
    (codes.publications.find(({ id }) => id === publication)?.url ?? '') +
    (page === null ? '' : `#page=${page}`)
  return {
    id: row.id,
    programme: row.programme,
    scope: row.scope,
    inspection: row.inspection,
    area: row.area,
    region: codes.areas.find(({ id }) => id === row.area)?.region ?? null,
    publication: row.publication,
    published_on: row.published_on,
    kind: row.kind,
    section: row.section,
    basis: row.basis,
    summary: row.summary,
    note: row.note,
    agencies: row.agencies,
    themes: row.themes,
    evidence: row.evidence.map((one) => ({ ...one, url: urlOf(one.publication, one.page) })),
    url: `${base}/findings/${row.id}`,
  }
}
