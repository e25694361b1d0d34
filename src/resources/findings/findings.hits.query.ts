// The findings that the filters leave: those of the register, and of a search what the database finds.
import { sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { loadRegister } from '../../db/read-register.ts'
import type { Register } from '../../db/register.ts'
import { rememberCounts } from '../../db/remember.ts'
import { matchWords } from './findings.filter.ts'
import type { FindingFilters } from './findings.schema.ts'
import { judge, type Verdicts } from './findings.select.ts'

export interface Judged {
  readonly register: Register
  readonly verdicts: Verdicts
}

export async function judgeFindings(db: Reader, edition: Edition, filters: FindingFilters): Promise<Judged> {
  const { q } = filters
  const [register, hits] = await Promise.all([
    loadRegister(db, edition),
    q === undefined ? null : findHits(db, edition, q),
  ])
  return { register, verdicts: judge(register, edition, filters, hits) }
}

// A page, its facets and the next page ask for the same hits.
const remembered = rememberCounts<Uint32Array>(32_000_000, 8_000_000, ({ byteLength }) => byteLength + 100)

const findHits = (db: Reader, edition: Edition, q: string): Promise<Uint32Array> =>
  remembered(edition, q, async () => {
    const { positions } = await db
      .selectFrom('finding')
      .select(sql<number[]>`coalesce(json_agg(finding.position), '[]')`.as('positions'))
      .where('finding.release_id', '=', edition.release.id)
      .where(matchWords(q))
      .executeTakeFirstOrThrow()
    return Uint32Array.from(positions)
  })
