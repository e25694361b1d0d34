// Reads findings: a page of the filtered list, how many there are, or one of them.
import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Cursor } from '../../lib/cursor.ts'
import { matchFilters, searchQuery } from './findings.filter.ts'
import { type Judged, judgeFindings } from './findings.hits.query.ts'
import { defaultLimit, type Finding, type FindingFilters, type FindingsQuery } from './findings.schema.ts'
import { countIn, isIn } from './findings.select.ts'

/** A finding and its rank in the order of the list. */
type Ranked = Finding & { readonly rank: number }

export interface FindingsPage {
  readonly findings: Finding[]
  readonly total: number
  /** Ranks of the last and first row to go on from; null where there is nothing further that way. */
  readonly nextAfter: number | null
  readonly prevBefore: number | null
}

/** The column each order counts its ranks in. */
export const orders = {
  '-published_on': { column: 'position', descending: false },
  published_on: { column: 'position_oldest_first', descending: false },
  id: { column: 'position_by_id', descending: false },
  '-id': { column: 'position_by_id', descending: true },
} as const

/** Hits that an order by relevance walks. */
export const mostRelevant = 1_000

export async function listFindings(
  db: Reader,
  edition: Edition,
  query: FindingsQuery,
  cursor: Cursor | null,
  base: string,
): Promise<FindingsPage> {
  const { limit = defaultLimit, sort = '-published_on', ...filters } = query
  const backwards = cursor?.direction === 'prev'
  const readRanked = async (): Promise<[Judged, Ranked[]]> =>
    sort === 'relevance'
      ? Promise.all([
          judgeFindings(db, edition, filters),
          pageByRelevance(db, edition, filters, cursor, limit + 1, base).execute(),
        ])
      : pageByRank(db, edition, filters, orders[sort], cursor, limit + 1, base)
  const [{ verdicts }, rows] = await readRanked()
  const more = rows.length > limit
  const page = rows.slice(0, limit)
  if (backwards) page.reverse()
  const [first, last] = [page.at(0)?.rank ?? null, page.at(-1)?.rank ?? null]
  return {
    findings: page.map(withoutRank),
    total: countIn(verdicts),
    nextAfter: backwards || more ? last : null,
    prevBefore: backwards ? (more ? first : null) : cursor === null ? null : first,
  }
}

const withoutRank = ({ rank: _rank, ...finding }: Ranked): Finding => finding

/** The register says which findings stand on the page: they are read by their positions, so no page is slower than another. */
async function pageByRank(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  { column, descending }: (typeof orders)[keyof typeof orders],
  cursor: Cursor | null,
  rows: number,
  base: string,
): Promise<[Judged, Ranked[]]> {
  const judged = await judgeFindings(db, edition, filters)
  const { register, verdicts } = judged
  const order = column === 'position' ? null : register.orders[column]
  const positionAt = (rank: number) => (order === null ? rank : (order[rank - 1] ?? 0))
  const step = descending !== (cursor?.direction === 'prev') ? -1 : 1
  const start = cursor?.position ?? (step === 1 ? 0 : register.size + 1)
  const positions: number[] = []
  for (let rank = start + step; rank >= 1 && rank <= register.size && positions.length < rows; rank += step) {
    const position = positionAt(rank)
    if (verdicts[position - 1] === isIn) positions.push(position)
  }
  if (positions.length === 0) return [judged, []]
  const page = await selectFindings(db, base)
    .select(`finding.${column} as rank`)
    .where('finding.release_id', '=', edition.release.id)
    .where('finding.position', '=', sql<number>`any(${positions}::int[])`)
    .orderBy('rank', step === 1 ? 'asc' : 'desc')
    .execute()
  return [judged, page]
}

export const rankByRelevance = (q: string) =>
  sql<number>`row_number() OVER (ORDER BY ts_rank_cd(finding.tsv, ${searchQuery(q)}) DESC, finding.position)`

function pageByRelevance(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  cursor: Cursor | null,
  rows: number,
  base: string,
) {
  const backwards = cursor?.direction === 'prev'
  const best = db
    .selectFrom('finding')
    .select('finding.position')
    .select(rankByRelevance(filters.q ?? '').as('rank'))
    .where(matchFilters(filters, edition))
    .orderBy('rank')
    .limit(mostRelevant)
    .as('best')
  return selectFindings(db, base)
    .innerJoin(best, 'best.position', 'finding.position')
    .select('best.rank')
    .where('finding.release_id', '=', edition.release.id)
    .$if(cursor !== null, (qb) => qb.where('best.rank', backwards ? '<' : '>', cursor?.position ?? 0))
    .orderBy('best.rank', backwards ? 'desc' : 'asc')
    .limit(rows)
}

/** How many findings a selection holds, asked of the database: so an export without one fails before it begins. */
export async function countSelection(db: Reader, edition: Edition, filters: FindingFilters): Promise<number> {
  const { total } = await db
    .selectFrom('finding')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where(matchFilters(filters, edition))
    .executeTakeFirstOrThrow()
  return total
}

/** One finding of a release, or undefined. */
export const getFinding = (
  db: Reader,
  edition: Edition,
  id: string,
  base: string,
): Promise<Finding | undefined> =>
  selectFindings(db, base)
    .where('finding.release_id', '=', edition.release.id)
    .where('finding.id', '=', id)
    .executeTakeFirst()

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

// Column by column, in the order of the wire.
const selectFindings = (db: Reader, base: string) =>
  db
    .selectFrom('finding')
    .select(['finding.id', 'finding.programme_id as programme', 'finding.scope'])
    .select(['finding.inspection_id as inspection', 'finding.area_id as area'])
    .select((eb) =>
      eb
        .selectFrom('area')
        .select('area.region')
        .whereRef('area.release_id', '=', 'finding.release_id')
        .whereRef('area.id', '=', 'finding.area_id')
        .as('region'),
    )
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
          .innerJoin('publication', (join) =>
            join
              .onRef('publication.release_id', '=', 'evidence.release_id')
              .onRef('publication.id', '=', 'evidence.publication_id'),
          )
          .select(['evidence.publication_id as publication', 'evidence.relation', 'evidence.page'])
          .select(['evidence.heading', 'evidence.item'])
          .select(sql<string>`publication.url || coalesce('#page=' || evidence.page, '')`.as('url'))
          .whereRef('evidence.release_id', '=', 'finding.release_id')
          .whereRef('evidence.finding_id', '=', 'finding.id')
          .orderBy('evidence.position'),
      ).as('evidence'),
    )
    .select(sql<string>`${`${base}/findings/`}::text || finding.id`.as('url'))
