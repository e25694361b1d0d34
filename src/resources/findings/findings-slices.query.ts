// A selection of findings in slices: the rows of each, and the walk through them at the pace of whoever takes them.
import { expressionBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { retryOutage } from '../../db/retry.ts'
import type { DB } from '../../db/types.gen.ts'
import { readAhead } from '../../lib/read-ahead.ts'
import { matchFilters } from './findings.filter.ts'
import { mostRelevant, orders, rankByRelevance } from './findings.query.ts'
import type { Selection } from './findings.schema.ts'

/** The rows of some findings, with their `rank` in the order asked for. */
export type Slice = SelectQueryBuilder<DB, 'finding', { id: string; rank: number }>

/** Positions of a slice: a query takes little time and memory whatever is filtered. */
const sliceWidth = 1_000

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
  { sort = '-published_on', ...filters }: Selection,
  read: (slice: Slice) => Promise<T>,
): AsyncGenerator<T> {
  if (sort === 'relevance') {
    yield await read(
      selectColumns()
        .select(rankByRelevance(filters.q ?? '').as('rank'))
        .where(matchFilters(filters, edition))
        .orderBy('rank')
        .limit(mostRelevant),
    )
    return
  }
  const { column: name, descending } = orders[sort]
  const column = `finding.${name}` as const
  const { last } = await db
    .selectFrom('finding')
    .select((eb) => eb.fn.max(name).as('last'))
    .where('release_id', '=', edition.release.id)
    .executeTakeFirstOrThrow()
  for (let done = 0; done < (last ?? 0); done += sliceWidth) {
    const after = descending ? (last ?? 0) - done - sliceWidth : done
    const slice = selectColumns()
      .select(sql<number>`${sql.ref(column)} * ${descending ? -1 : 1}::int`.as('rank'))
      .where(matchFilters(filters, edition))
      .where(column, '>', after)
      .where(column, '<=', after + sliceWidth)
    // A release never changes: what was begun may go on after a moment in which no connection was to be had.
    yield done === 0 ? await read(slice) : await retryOutage(() => read(slice))
  }
}

// All but the text that is searched.
const selectColumns = () =>
  expressionBuilder<DB, never>()
    .selectFrom('finding')
    .select(['finding.release_id', 'finding.id', 'finding.programme_id', 'finding.scope'])
    .select(['finding.inspection_id', 'finding.area_id', 'finding.publication_id', 'finding.published_on'])
    .select(['finding.kind', 'finding.section', 'finding.basis', 'finding.summary', 'finding.note'])
