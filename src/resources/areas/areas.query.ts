// Reads the areas of a release with their counts.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByColumn, noFindings } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import type { Area } from './areas.schema.ts'

export async function listAreas(db: Reader, edition: Edition, base: string): Promise<Area[]> {
  const counts = await countByColumn(await loadRegister(db, edition), 'area')
  return edition.codes.areas.map((area) => ({
    ...area,
    counts: counts.get(area.id) ?? noFindings,
    links: { self: `${base}/areas/${area.id}`, findings: `${base}/findings?area=${area.id}` },
  }))
}
