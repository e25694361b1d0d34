// Tells a record that was withdrawn from one that never was.
import type { Reader } from './client.ts'
import type { Change } from './types.gen.ts'

export interface Withdrawal {
  readonly version: string
  readonly reason: string | null
  readonly replaced_by: string | null
  /** The last release that has the record. */
  readonly last_in: string | null
}

/** The withdrawal of a record at or before a release; null where it was never withdrawn. */
export async function findWithdrawal(
  db: Reader,
  releaseId: number,
  entity: Change['entity'],
  id: string,
): Promise<Withdrawal | null> {
  const row = await db
    .selectFrom('change')
    .innerJoin('release', 'release.id', 'change.release_id')
    .select(['release.version', 'change.reason', 'change.replaced_by'])
    .select((eb) =>
      eb
        .selectFrom('release as earlier')
        .select('earlier.version')
        .whereRef('earlier.id', '<', 'change.release_id')
        .orderBy('earlier.id', 'desc')
        .limit(1)
        .as('last_in'),
    )
    .where('change.entity', '=', entity)
    .where('change.entity_id', '=', id)
    .where('change.type', '=', 'withdrawn')
    .where('change.release_id', '<=', releaseId)
    .orderBy('change.release_id', 'desc')
    .executeTakeFirst()
  return row ?? null
}
