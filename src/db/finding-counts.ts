// How many findings each record has, by kind: what the code lists and documents say of themselves.
import { sql } from 'kysely'
import type { Counts } from '../lib/answers.schema.ts'
import type { Kind } from '../lib/vocabulary.ts'
import type { Reader } from './client.ts'

type Column = 'area_id' | 'inspection_id' | 'publication_id'
type CountsById = ReadonlyMap<string | null, Counts>

export const noFindings: Counts = { total: 0, strength: 0, area_for_improvement: 0, context: 0 }

/** Counts by the value of one column of the finding; null is the key of national findings. */
export async function countByColumn(db: Reader, releaseId: number, column: Column): Promise<CountsById> {
  const rows = await db
    .selectFrom('finding')
    .select([`${column} as id`, 'kind'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('release_id', '=', releaseId)
    .groupBy([column, 'kind'])
    .execute()
  return collect(rows)
}

/** Counts by release, of the releases asked for. */
export async function countByRelease(
  db: Reader,
  releaseIds: readonly number[],
): Promise<ReadonlyMap<number, Counts>> {
  const rows = await db
    .selectFrom('finding')
    .select(['release_id as id', 'kind'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('release_id', 'in', releaseIds)
    .groupBy(['release_id', 'kind'])
    .execute()
  return collect(rows)
}

/**
 * Counts by agency or theme; a broader code counts the findings of its narrower ones too, each once.
 * `above` pairs every code with itself and with each code above it.
 */
export async function countByCode(
  db: Reader,
  releaseId: number,
  dimension: 'agency' | 'theme',
  above: readonly { code: string; id: string }[],
): Promise<CountsById> {
  const links =
    dimension === 'agency'
      ? db.selectFrom('finding_agency').select(['release_id', 'finding_id', 'agency_id as code']).as('link')
      : db.selectFrom('finding_theme').select(['release_id', 'finding_id', 'theme_id as code']).as('link')
  const codes = above.map((pair) => pair.code)
  const ids = above.map((pair) => pair.id)
  const rows = await db
    .selectFrom(links)
    .innerJoin(
      sql<{ code: string; id: string }>`unnest(${codes}::text[], ${ids}::text[])`.as<'above'>(
        sql`above(code, id)`,
      ),
      'above.code',
      'link.code',
    )
    .innerJoin('finding', (join) =>
      join.onRef('finding.release_id', '=', 'link.release_id').onRef('finding.id', '=', 'link.finding_id'),
    )
    .select(['above.id', 'finding.kind'])
    .select((eb) => eb.fn.count<number>('finding.position').distinct().as('count'))
    .where('link.release_id', '=', releaseId)
    .groupBy(['above.id', 'finding.kind'])
    .execute()
  return collect(rows)
}

function collect<Id>(rows: readonly { id: Id; kind: Kind; count: number }[]): ReadonlyMap<Id, Counts> {
  const counts = new Map<Id, Counts>()
  for (const { id, kind, count } of rows) {
    const so = counts.get(id) ?? noFindings
    counts.set(id, { ...so, [kind]: count, total: so.total + count })
  }
  return counts
}
