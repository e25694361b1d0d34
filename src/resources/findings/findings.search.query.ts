// What words find in a release: asked of the database once, whatever filters, order and page stand beside them.
import { type RawBuilder, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { rememberByEdition } from '../../db/remember.ts'
import { searchText } from '../../lib/search-text.ts'

const findingId = /^[a-z0-9]+(-[a-z0-9]+)*-\d{4}(-[b-z])?-\d{3,}$/

const idIn = (q: string): string => q.trim().replaceAll('"', '').toLowerCase()

/** True where `q` is the identifier of a finding, not words. */
const isFindingId = (q: string): boolean => findingId.test(idIn(q))

export const searchQuery = (q: string) => sql`websearch_to_tsquery('english', ${searchText(q)})`

/** Positions of findings, from 1. */
export type Positions = Uint32Array

interface Found {
  /** null where no word must occur, so that nothing can be searched for. */
  readonly hits: Positions | null
}

const bytesOf = (positions: Positions | null): number => (positions?.byteLength ?? 0) + 100

// A page, its facets and the next page ask for the same; of a million findings, four million bytes are all of them.
const bounds = { bytes: 16_000_000, entryBytes: 5_000_000 }
const remembered = rememberByEdition<Found>({ ...bounds, sizeOf: ({ hits }) => bytesOf(hits) })
const ranked = rememberByEdition<Positions>({ ...bounds, sizeOf: bytesOf })

/** The findings with these words, or with this identifier, in no order. */
export const searchFindings = (db: Reader, edition: Edition, q: string): Promise<Found> =>
  remembered(edition, q, async () => {
    if (isFindingId(q)) return { hits: await readPositions(db, edition, sql`id = ${idIn(q)}`, sql`position`) }
    // Words to leave out alone would find nearly everything: it is looked at the tree before the table.
    const { positions } = await db
      .selectNoFrom((eb) =>
        eb
          .case()
          .when(sql`querytree(${searchQuery(q)})`, 'not in', ['', 'T'])
          .then(selectPositions(edition, sql`tsv @@ ${searchQuery(q)}`, sql`position`))
          .end()
          .as('positions'),
      )
      .executeTakeFirstOrThrow()
    return { hits: positions === null ? null : Uint32Array.from(positions) }
  })

/** The same findings, the best first; ties in the default order. */
export const rankFindings = (db: Reader, edition: Edition, q: string): Promise<Positions> =>
  ranked(edition, q, () =>
    isFindingId(q)
      ? readPositions(db, edition, sql`id = ${idIn(q)}`, sql`position`)
      : readPositions(
          db,
          edition,
          sql`tsv @@ ${searchQuery(q)}`,
          sql`ts_rank_cd(tsv, ${searchQuery(q)}) DESC, position`,
        ),
  )

const selectPositions = ({ release }: Edition, condition: RawBuilder<unknown>, order: RawBuilder<unknown>) =>
  sql<number[]>`(SELECT coalesce(json_agg(position ORDER BY ${order}), '[]') FROM finding
    WHERE release_id = ${release.id} AND ${condition})`

async function readPositions(
  db: Reader,
  edition: Edition,
  condition: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<Positions> {
  const { positions } = await db
    .selectNoFrom(selectPositions(edition, condition, order).as('positions'))
    .executeTakeFirstOrThrow()
  return Uint32Array.from(positions)
}
