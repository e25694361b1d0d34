// A selection of findings in slices: the rows of each, and the walk through them at the pace of whoever takes them.
import { expressionBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { retryOutage } from '../../db/retry.ts'
import type { DB } from '../../db/types.gen.ts'
import { readAhead } from '../../lib/read-ahead.ts'
import type { Selection } from './findings.schema.ts'
import { walkFindings } from './findings.walk.ts'

/** The rows of some findings, with their `rank` in the order asked for. */
export type Slice = SelectQueryBuilder<DB, 'finding', { id: string; rank: number }>

/** Findings of a slice: a query takes little time and memory whatever is filtered. */
const sliceSize = 1_000

/**
 * What is read of each slice of a selection, in its order. Each is one short query; while a slice is being taken, the
 * next one is read and no further.
 */
export const readSlices = <T>(
  db: Reader,
  edition: Edition,
  selection: Selection,
  read: (slice: Slice) => Promise<T>,
): AsyncGenerator<T> => readAhead(walkSlices(db, edition, selection, read))

async function* walkSlices<T>(
  db: Reader,
  edition: Edition,
  selection: Selection,
  read: (slice: Slice) => Promise<T>,
): AsyncGenerator<T> {
  const walk = await walkFindings(db, edition, selection)
  let rank: number | null = null
  for (;;) {
    const places = walk.next(rank, sliceSize)
    if (places.length === 0) return
    const slice = selectPlaces(
      edition,
      places.map(({ position }) => position),
    )
    // A release never changes: what was begun may go on after a moment in which no connection was to be had.
    yield rank === null ? await read(slice) : await retryOutage(() => read(slice))
    rank = places.at(-1)?.rank ?? null
  }
}

/** The findings at some positions of a release, in that order. */
export const selectPlaces = ({ release }: Edition, positions: readonly number[]): Slice =>
  selectColumns()
    .innerJoin(
      sql<{ position: number; rank: number }>`unnest(${positions}::int[]) WITH ORDINALITY`.as<'wanted'>(
        sql`wanted(position, rank)`,
      ),
      'wanted.position',
      'finding.position',
    )
    .select('wanted.rank')
    .where('finding.release_id', '=', release.id)

/** The finding with an identifier; no row where a release has none. */
export const selectOne = ({ release }: Edition, id: string): Slice =>
  selectColumns()
    .select('finding.position as rank')
    .where('finding.release_id', '=', release.id)
    .where('finding.id', '=', id)

// All but the text that is searched.
const selectColumns = () =>
  expressionBuilder<DB, never>()
    .selectFrom('finding')
    .select(['finding.release_id', 'finding.id', 'finding.programme_id', 'finding.scope'])
    .select(['finding.inspection_id', 'finding.area_id', 'finding.publication_id', 'finding.published_on'])
    .select(['finding.kind', 'finding.section', 'finding.basis', 'finding.summary', 'finding.note'])
