// What only the release and the database can tell of the filters of a request, and the address that lists its findings.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { invalidParameters, type ParameterError, problem } from '../../errors.ts'
import { canonicalQuery, withQuery } from '../../lib/canonical-query.ts'
import { checkDateRange } from '../../lib/date-range.ts'
import { searchText } from '../../lib/search-text.ts'
import { suggest } from '../../lib/suggest.ts'
import type { FindingFilters, Selection } from './findings.schema.ts'
import { searchFindings } from './findings.search.query.ts'

const mostTerms = 16

/**
 * Checks what only the release and the database can tell of a selection of findings. Throws a 400 problem, with the
 * mistakes the caller has found.
 */
export async function checkSelection(
  db: Reader,
  edition: Edition,
  query: Selection,
  mistakes: readonly ParameterError[] = [],
): Promise<void> {
  const errors = [...findMistakes(query, edition), ...mistakes]
  if (errors.length > 0) throw invalidParameters(errors)
  if (query.q !== undefined) await refuseEmptySearch(db, edition, query.q)
}

function findMistakes(query: Selection, { codes }: Edition): ParameterError[] {
  const known: Readonly<Partial<Record<keyof FindingFilters, readonly string[]>>> = {
    area: codes.areas.map(({ id }) => id),
    agency: codes.agencies.map(({ id }) => id),
    theme: codes.themes.map(({ id }) => id),
    inspection: codes.inspections.map(({ id }) => id),
    programme: codes.programmes.map(({ id }) => id),
    publication: codes.publications.map(({ id }) => id),
    region: [...new Set(codes.areas.map(({ region }) => region))],
  }
  const errors: ParameterError[] = []
  for (const [parameter, allowed] of Object.entries(known)) {
    const given: unknown = Reflect.get(query, parameter)
    for (const code of Array.isArray(given) ? given.map(String) : []) {
      if (allowed.includes(code)) continue
      errors.push({
        parameter,
        detail: `There is no ${parameter} ${code}.`,
        allowed,
        did_you_mean: suggest(code, allowed),
      })
    }
  }
  const { q, sort } = query
  errors.push(...checkDateRange(query.published_from, query.published_to))
  if (sort === 'relevance' && q === undefined) {
    const allowed = ['-published_on', 'published_on', 'id', '-id', 'relevance together with q']
    errors.push({ parameter: 'sort', detail: 'relevance needs words to search for in q.', allowed })
  }
  if (q !== undefined && q.trim() === '') {
    errors.push({ parameter: 'q', detail: 'It holds only white space.', allowed: ['words to search for'] })
  }
  if (q !== undefined && countWords(q) > mostTerms) {
    errors.push({ parameter: 'q', detail: 'It has too many words.', allowed: [`at most ${mostTerms} words`] })
  }
  return errors
}

const countWords = (q: string): number =>
  searchText(q)
    .match(/[\p{L}\p{M}\p{N}]+/gu)
    ?.filter((word) => word.toLowerCase() !== 'or').length ?? 0

/** Refuses a search that has no word to find, or only words to leave out. */
async function refuseEmptySearch(db: Reader, edition: Edition, q: string): Promise<void> {
  const { hits } = await searchFindings(db, edition, q)
  if (hits !== null) return
  const detail =
    'It has no word that must occur: common words such as "the" are not searched, and a word to leave out needs one to find beside it.'
  throw problem('invalid-search', `Parameter q: ${detail}`, {
    errors: [{ parameter: 'q', detail, allowed: ['at least one word to find'] }],
  })
}

/** The address that lists the findings of the filters. */
export const addressOf = (base: string, filters: FindingFilters): string =>
  withQuery(`${base}/findings`, canonicalQuery(filters, { rollup: true }))
