// Reads the inspections of a release with their counts.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByColumn, noFindings } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import type { Inspection } from './inspections.schema.ts'

export async function listInspections(db: Reader, edition: Edition, base: string): Promise<Inspection[]> {
  const counts = await countByColumn(await loadRegister(db, edition), 'inspection')
  return edition.codes.inspections.map((inspection) => ({
    ...inspection,
    counts: counts.get(inspection.id) ?? noFindings,
    links: {
      self: `${base}/inspections/${inspection.id}`,
      findings: `${base}/findings?inspection=${inspection.id}`,
    },
  }))
}
