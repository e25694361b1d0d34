// Reads the publications of a release with their counts, and filters and orders their list.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { countByColumn, noFindings } from '../../db/finding-counts.ts'
import { loadRegister } from '../../db/read-register.ts'
import { invalidParameters } from '../../errors.ts'
import { checkDateRange } from '../../lib/date-range.ts'
import type { Publication, PublicationsQuery } from './publications.schema.ts'

export async function listPublications(db: Reader, edition: Edition, base: string): Promise<Publication[]> {
  const counts = await countByColumn(await loadRegister(db, edition), 'publication')
  return edition.codes.publications.map((publication) => ({
    ...publication,
    counts: counts.get(publication.id) ?? noFindings,
    links: {
      self: `${base}/publications/${publication.id}`,
      findings: `${base}/findings?publication=${publication.id}`,
    },
  }))
}

export function checkPublications({ published_from: from, published_to: to }: PublicationsQuery): void {
  const mistakes = checkDateRange(from, to)
  if (mistakes.length > 0) throw invalidParameters(mistakes)
}

export function selectPublications(records: Publication[], query: PublicationsQuery): Publication[] {
  const { type, published_from: from, published_to: to, sort } = query
  const chosen = records.filter(
    ({ type: its, published_on: on }) =>
      (type?.includes(its) ?? true) &&
      (from === undefined || (on !== null && on >= from)) &&
      (to === undefined || (on !== null && on <= to)),
  )
  if (sort === undefined) return chosen
  const sign = sort === 'published_on' ? 1 : -1
  return chosen.sort(({ published_on: a }, { published_on: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return a === b ? 0 : a < b ? -sign : sign
  })
}
