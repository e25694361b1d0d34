// Reads the code lists of a release with their counts.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByCode, noFindings } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import { pairWithAncestors } from '../../lib/code-tree.ts'
import type { Code } from './code-lists.schema.ts'

export const listAgencies = (db: Reader, edition: Edition, base: string) =>
  listCodes(db, edition, base, 'agency', 'agencies')

export const listThemes = (db: Reader, edition: Edition, base: string) =>
  listCodes(db, edition, base, 'theme', 'themes')

async function listCodes(
  db: Reader,
  edition: Edition,
  base: string,
  dimension: 'agency' | 'theme',
  path: 'agencies' | 'themes',
): Promise<Code[]> {
  const counts = await countByCode(
    await loadRegister(db, edition),
    dimension,
    pairWithAncestors(edition.codes[path]),
  )
  return edition.codes[path].map((code) => ({
    ...code,
    counts: counts.get(code.id) ?? noFindings,
    links: { self: `${base}/${path}/${code.id}`, findings: `${base}/findings?${dimension}=${code.id}` },
  }))
}
