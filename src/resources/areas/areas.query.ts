// Reads the areas of a release with their counts.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByColumn, noFindings } from '../../db/finding-counts.ts'
import type { Area } from './areas.schema.ts'

export async function listAreas(db: Reader, { release, codes }: Edition, base: string): Promise<Area[]> {
  const counts = await countByColumn(db, release.id, 'area_id')
  return codes.areas.map((area) => ({
    ...area,
    counts: counts.get(area.id) ?? noFindings,
    links: { self: `${base}/areas/${area.id}`, findings: `${base}/findings?area=${area.id}` },
  }))
}
