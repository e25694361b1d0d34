// One finding, or the problem that says why there is none: 410 where it was withdrawn, else 404.
import type { Reader } from '../../db/client.ts'
import type { Scope } from '../../http/scope.ts'
import { missing } from '../record-routes.ts'
import { getFinding, listSimilarIds } from './findings.query.ts'
import type { Finding } from './findings.schema.ts'

export async function findFinding(db: Reader, scope: Scope, id: string, base: string): Promise<Finding> {
  const isPlausible = /^[a-z0-9-]{1,100}$/.test(id)
  const finding = isPlausible ? await getFinding(db, scope.edition, id, base) : undefined
  if (finding !== undefined) return finding
  const similar = isPlausible ? await listSimilarIds(db, scope.edition, id) : []
  throw await missing(db, scope, 'finding', id, similar)
}
