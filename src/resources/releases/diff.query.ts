// Reads what differs between two releases, net of what was done and undone between them.
import { sql } from 'kysely'
import type { Release } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Change } from '../../db/types.gen.ts'

type RecordFields = Readonly<Record<string, unknown>>

/** One record that differs, at its place in the whole difference, from 1. */
export interface Difference {
  readonly rank: number
  readonly kind: 'added' | 'corrected' | 'withdrawn'
  readonly entity: Change['entity']
  readonly id: string
  readonly reason: string
  readonly replaced_by: string | null
  readonly before: RecordFields | null
  readonly after: RecordFields | null
}

export interface DiffCounts {
  readonly added: number
  readonly corrected: number
  readonly withdrawn: number
}

/** The records whose first event after `from` and last event up to `to` leave a difference, ranked. */
const differences = (from: Release | null, to: Release) =>
  sql<Difference>`(
    WITH ends AS (
      SELECT entity, entity_id, min(seq) AS first, max(seq) AS last,
        coalesce(string_agg(reason, ' ' ORDER BY seq), '') AS reasons
      FROM change WHERE release_id > ${from?.id ?? 0} AND release_id <= ${to.id} GROUP BY entity, entity_id
    ), net AS (
      SELECT e.entity, e.entity_id AS id, f.before, l.after, l.replaced_by,
        CASE WHEN f.before IS NULL THEN 'added' WHEN l.after IS NULL THEN 'withdrawn' ELSE 'corrected' END AS kind,
        CASE WHEN l.after IS NULL THEN l.reason ELSE e.reasons END AS reason
      FROM ends e JOIN change f ON f.seq = e.first JOIN change l ON l.seq = e.last
      WHERE f.before IS DISTINCT FROM l.after
    )
    SELECT net.*, row_number() OVER (ORDER BY kind, entity, id) AS rank FROM net
  )`.as<'difference'>(sql`difference`)

export const countDifferences = (db: Reader, from: Release | null, to: Release): Promise<DiffCounts> =>
  db
    .selectFrom(differences(from, to))
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere('kind', '=', 'added').as('added'),
      fn.countAll<number>().filterWhere('kind', '=', 'corrected').as('corrected'),
      fn.countAll<number>().filterWhere('kind', '=', 'withdrawn').as('withdrawn'),
    ])
    .executeTakeFirstOrThrow()

/** The differences whose rank is above `after`, at most `most`: added, corrected, withdrawn, each by kind of record and id. */
export const listDifferences = (
  db: Reader,
  from: Release | null,
  to: Release,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<Difference[]> =>
  db
    .selectFrom(differences(from, to))
    .select(['rank', 'kind', 'entity', 'id', 'reason', 'replaced_by', 'before', 'after'])
    .where('rank', '>', after)
    .orderBy('rank')
    .limit(most)
    .execute()
