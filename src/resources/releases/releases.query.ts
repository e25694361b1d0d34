// Reads the releases with their counts of findings.
import type { Release as SeenRelease } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByRelease, noFindings } from '../../db/finding-counts.ts'
import type { Release } from './releases.schema.ts'

export async function listReleases(
  db: Reader,
  seen: readonly SeenRelease[],
  publicUrl: string,
): Promise<Release[]> {
  const counts = await countByRelease(
    db,
    seen.map(({ id }) => id),
  )
  return seen.map(({ id, ...release }) => {
    const self = `${publicUrl}/v1/releases/${release.version}`
    return {
      ...release,
      counts: counts.get(id) ?? noFindings,
      links: { self, findings: `${self}/findings` },
    }
  })
}
