// What else can be asked where a question has no answer: the same question without one of its filters.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { Facets } from '../../resources/findings/counts.schema.ts'
import { addressOf } from '../../resources/findings/findings.filter.ts'
import type { FindingFilters } from '../../resources/findings/findings.schema.ts'
import { judgeFindings } from '../../resources/findings/findings.walk.ts'
import { parameterLabels } from './findings.form.ts'

/** A filter that would find more when left out. */
export interface Wider {
  readonly label: string
  readonly count: number
  readonly url: string
}

/** The questions that do have an answer, those with the fewest findings first: they are nearest. */
export async function findWider(
  db: Reader,
  edition: Edition,
  filters: FindingFilters,
  { facets }: Facets,
): Promise<Wider[]> {
  const dimensions = facets.flatMap(({ dimension, total }) =>
    filters[dimension] === undefined
      ? []
      : [{ label: `Without ${parameterLabels[dimension] ?? dimension}`, count: total.count, url: total.url }],
  )
  return [...dimensions, ...(await countWithout(db, edition, filters))]
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count)
    .slice(0, 5)
}

/** How many there would be without the words or without the dates. */
async function countWithout(db: Reader, edition: Edition, filters: FindingFilters): Promise<Wider[]> {
  const { q: _q, ...anyWords } = filters
  const { published_from: _from, published_to: _to, ...anyDate } = filters
  const wider = [
    ...(filters.q === undefined ? [] : [{ label: 'Without the words', others: anyWords }]),
    ...(filters.published_from === undefined && filters.published_to === undefined
      ? []
      : [{ label: 'Without the dates', others: anyDate }]),
  ]
  return await Promise.all(
    wider.map(async ({ label, others }) => ({
      label,
      count: (await judgeFindings(db, edition, others)).total,
      url: addressOf('', others),
    })),
  )
}
