// The findings of a selection in their order, as positions in the release: what pages and exports walk, and what counts count.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { loadRegister } from '../../db/read-register.ts'
import type { Register } from '../../db/register.ts'
import { rememberByEdition } from '../../db/remember.ts'
import { canonicalQuery } from '../../lib/canonical-query.ts'
import type { FindingFilters, Selection } from './findings.schema.ts'
import { rankFindings, searchFindings } from './findings.search.query.ts'
import { countIn, isIn, judge, type Verdicts } from './findings.select.ts'

export interface Judged {
  readonly register: Register
  readonly verdicts: Verdicts
  /** How many findings are in. */
  readonly total: number
}

// The pages of a walk, the facets beside them and the crosstabs of a selection ask for the same verdicts.
const remembered = rememberByEdition<Omit<Judged, 'register'>>({
  bytes: 16_000_000,
  entryBytes: 2_000_000,
  sizeOf: ({ verdicts }) => verdicts.byteLength + 100,
})

/** What the filters leave of the register, and of a search what the database finds. */
export async function judgeFindings(db: Reader, edition: Edition, filters: FindingFilters): Promise<Judged> {
  const register = await loadRegister(db, edition)
  const judged = await remembered(edition, canonicalQuery(filters), async () => {
    const { q } = filters
    const found = q === undefined ? null : await searchFindings(db, edition, q)
    const hits = found === null ? null : (found.hits ?? new Uint32Array())
    const verdicts = judge(register, edition, filters, hits)
    return { verdicts, total: countIn(verdicts) }
  })
  return { register, ...judged }
}

/** Where a finding stands in the release and in the order that is walked, both from 1. */
interface Place {
  readonly position: number
  readonly rank: number
}

export interface Walk {
  readonly total: number
  /** The places that follow a rank, or come before it; from the beginning where it is null. */
  next(from: number | null, most: number, backwards?: boolean): Place[]
}

/** Hits that an order by relevance walks. */
export const mostRelevant = 1_000

interface Order {
  /** Ranks there are. */
  readonly size: number
  readonly isDescending: boolean
  positionAt(rank: number): number
}

export async function walkFindings(
  db: Reader,
  edition: Edition,
  { sort = '-published_on', ...filters }: Selection,
): Promise<Walk> {
  const { register, verdicts, total } = await judgeFindings(db, edition, filters)
  const order =
    sort === 'relevance'
      ? bestOf(await rankFindings(db, edition, filters.q ?? ''), verdicts)
      : orderOf(register, sort)
  return {
    total,
    next: (from, most, backwards = false) => {
      const step = order.isDescending === backwards ? 1 : -1
      const places: Place[] = []
      let rank = (from ?? (step === 1 ? 0 : order.size + 1)) + step
      for (; rank >= 1 && rank <= order.size && places.length < most; rank += step) {
        const position = order.positionAt(rank)
        if (verdicts[position - 1] === isIn) places.push({ position, rank })
      }
      return places
    },
  }
}

function orderOf(
  { size, orders }: Register,
  sort: Exclude<Selection['sort'], undefined | 'relevance'>,
): Order {
  if (sort === '-published_on') return { size, isDescending: false, positionAt: (rank) => rank }
  const positions = orders[sort === 'published_on' ? 'position_oldest_first' : 'position_by_id']
  return { size, isDescending: sort === '-id', positionAt: (rank) => positions[rank - 1] ?? 0 }
}

function bestOf(ranked: Uint32Array, verdicts: Verdicts): Order {
  const best = ranked.filter((position) => verdicts[position - 1] === isIn).subarray(0, mostRelevant)
  return { size: best.length, isDescending: false, positionAt: (rank) => best[rank - 1] ?? 0 }
}
