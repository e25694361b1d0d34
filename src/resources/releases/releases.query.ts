// Reads the releases with their counts of findings, and one of them with its neighbours and files.
import type { Catalogue, Edition, Release as SeenRelease } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countAll, countByColumn, countByRelease, noFindings } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import type { Release, ReleaseDetail, ReleaseFile } from './releases.schema.ts'

export async function listReleases(
  db: Reader,
  seen: readonly SeenRelease[],
  publicUrl: string,
): Promise<Release[]> {
  const counts = await countByRelease(db, seen)
  return seen.map((one) => {
    const { id: _id, ...release } = one
    const self = `${publicUrl}/v1/releases/${release.version}`
    return {
      ...release,
      counts: counts.get(one) ?? noFindings,
      links: { self, findings: `${self}/findings` },
    }
  })
}

export async function getRelease(
  db: Reader,
  edition: Edition,
  catalogue: Catalogue,
  publicUrl: string,
): Promise<ReleaseDetail> {
  const { codes } = edition
  const { id, ...release } = edition.release
  const register = await loadRegister(db, edition)
  const counts = countAll(register)
  const byInspection = countByColumn(register, 'inspection')
  const self = `${publicUrl}/v1/releases/${release.version}`
  return {
    ...release,
    counts,
    previous: previousOf(edition.release, catalogue)?.version ?? null,
    next: catalogue.releases().findLast((one) => one.id > id)?.version ?? null,
    records: {
      programmes: codes.programmes.length,
      inspectorates: codes.inspectorates.length,
      areas: codes.areas.length,
      publications: codes.publications.length,
      agencies: codes.agencies.length,
      themes: codes.themes.length,
      inspections: codes.inspections.length,
      findings: counts.total,
    },
    inspections: codes.inspections.map((inspection) => ({
      id: inspection.id,
      counts: byInspection.get(inspection.id) ?? noFindings,
    })),
    files: filesOf(edition, publicUrl),
    links: { self, findings: `${self}/findings`, files: `${self}/files`, diff: `${self}/diff` },
  }
}

/** The release before another; null before the first one. */
export const previousOf = ({ id }: SeenRelease, catalogue: Catalogue): SeenRelease | null =>
  catalogue.releases().find((one) => one.id < id) ?? null

export const filesOf = ({ release, files }: Edition, publicUrl: string): ReleaseFile[] =>
  files.map((file) => ({ ...file, url: `${publicUrl}/v1/releases/${release.version}/files/${file.name}` }))
