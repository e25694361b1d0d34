// The data set in the terms of schema.org, for search engines of data. Pure.
import type { Edition } from '../../db/catalogue.ts'
import { attribution, licence, serviceName } from '../../lib/about.ts'
import { subject } from '../../lib/citation.ts'
import { mediaTypes } from '../../lib/formats.ts'
import type { Service } from '../../resources/service/service.schema.ts'
import type { Site } from '../frame/page.ts'

/** A schema.org Dataset with its files and sources. */
export function describeDataset(
  description: string,
  { release, coverage }: Service,
  { codes }: Edition,
  { publicUrl }: Site,
): object {
  const began = codes.inspections.map(({ fieldwork_start }) => fieldwork_start).sort()[0]
  const sources = codes.publications.filter(
    ({ type }) => type === 'inspection_letter' || type === 'overview_report',
  )
  const file = (path: string, encodingFormat: string) => ({
    '@type': 'DataDownload',
    encodingFormat,
    contentUrl: `${publicUrl}${path}`,
  })
  return {
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: subject,
    description,
    url: `${publicUrl}/`,
    version: release.version,
    dateModified: release.released_at,
    license: licence.url,
    creditText: attribution,
    isBasedOn: sources.map(({ url }) => url),
    isAccessibleForFree: true,
    creator: { '@type': 'Organization', name: serviceName, url: `${publicUrl}/` },
    keywords: ['joint targeted area inspection', 'domestic abuse', 'children', 'safeguarding', 'Ofsted'],
    spatialCoverage: codes.areas.map(({ name }) => ({ '@type': 'Place', name: `${name}, England` })),
    temporalCoverage: `${began}/${coverage.last_letter_on}`,
    distribution: [
      file('/v1/findings.csv', mediaTypes['.csv']),
      file('/v1/findings.json', mediaTypes['.json']),
      file('/v1/findings.xlsx', mediaTypes['.xlsx']),
    ],
  }
}
