// Reads what the service document says of the current release.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countAll } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import { serviceName } from '../../lib/about.ts'
import type { Service } from './service.schema.ts'

export async function getService(db: Reader, edition: Edition, publicUrl: string): Promise<Service> {
  const { release, codes } = edition
  const { id: _id, ...own } = release
  const counts = countAll(await loadRegister(db, edition))
  const letters = codes.inspections.map(({ published_on }) => published_on).sort()
  const base = `${publicUrl}/v1`
  const pinned = `${base}/releases/${own.version}`
  return {
    name: serviceName,
    description:
      'Every finding of the joint targeted area inspections of how agencies in England respond to children living with domestic abuse, as rows coded by agency and theme and traceable to the page they stand on.',
    coverage: {
      areas: codes.areas.length,
      inspections: codes.inspections.length,
      publications: codes.publications.length,
      agencies: codes.agencies.length,
      themes: codes.themes.length,
      first_letter_on: letters.at(0) ?? null,
      last_letter_on: letters.at(-1) ?? null,
    },
    counts,
    release: { ...own, counts, links: { self: pinned, findings: `${pinned}/findings` } },
    programmes: codes.programmes,
    inspectorates: codes.inspectorates,
    links: {
      self: base,
      areas: `${base}/areas`,
      inspections: `${base}/inspections`,
      publications: `${base}/publications`,
      timeline: `${base}/publications?type=inspection_letter&sort=published_on`,
      agencies: `${base}/agencies`,
      themes: `${base}/themes`,
      findings: `${base}/findings`,
      findings_csv: `${base}/findings.csv`,
      findings_xlsx: `${base}/findings.xlsx`,
      facets: `${base}/findings/facets`,
      crosstab: `${base}/findings/crosstab?rows=agency&cols=theme`,
      citation: `${base}/citation?url=%2Fv1%2Ffindings`,
      releases: `${base}/releases`,
      files: `${pinned}/files`,
      changes: `${base}/changes`,
      changes_feed: `${base}/changes.atom`,
      openapi: `${publicUrl}/openapi.json`,
      docs: `${publicUrl}/docs`,
    },
  }
}
