// Reads findings: a page of the filtered list, or one of them.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Cursor } from '../../lib/cursor.ts'
import { defaultLimit, type Finding, type FindingsQuery } from './findings.schema.ts'
import { walkFindings } from './findings.walk.ts'
import { selectOne, selectPlaces } from './findings-slices.query.ts'
import { readFindings } from './findings-text.query.ts'

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
  const slice = selectPlaces(
    edition,
    page.map(({ position }) => position),
  )
  return {
    findings: page.length === 0 ? [] : await readFindings(db, edition, slice, base),
    total,
    nextAfter: backwards || more ? last : null,
    prevBefore: backwards ? (more ? first : null) : cursor === null ? null : first,
  }
}

/** One finding of a release, or undefined. */
export async function getFinding(
  db: Reader,
  edition: Edition,
  id: string,
  base: string,
): Promise<Finding | undefined> {
  const [found] = await readFindings(db, edition, selectOne(edition, id), base)
  return found
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
