// Turns the filters of a request into conditions on the finding table. One builder for list, export and counts.
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { DB } from '../../db/types.gen.ts'
import { invalidParameters, type ParameterError, problem } from '../../errors.ts'
import { canonicalQuery, withQuery } from '../../lib/canonical-query.ts'
import { checkDateRange } from '../../lib/date-range.ts'
import { searchText } from '../../lib/search-text.ts'
import { suggest } from '../../lib/suggest.ts'
import { chosenCodes } from './dimensions.ts'
import type { FindingFilters, Selection } from './findings.schema.ts'

const mostTerms = 16
const findingId = /^[a-z0-9]+(-[a-z0-9]+)*-\d{4}(-[b-z])?-\d{3,}$/

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
  if (query.q !== undefined && !isFindingId(query.q)) await refuseEmptySearch(db, query.q)
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
async function refuseEmptySearch(db: Reader, q: string): Promise<void> {
  const { tree } = await db
    .selectNoFrom(sql<string>`querytree(${searchQuery(q)})`.as('tree'))
    .executeTakeFirstOrThrow()
  if (tree !== '' && tree !== 'T') return
  const detail =
    'It has no word that must occur: common words such as "the" are not searched, and a word to leave out needs one to find beside it.'
  throw problem('invalid-search', `Parameter q: ${detail}`, {
    errors: [{ parameter: 'q', detail, allowed: ['at least one word to find'] }],
  })
}

/** The address that lists the findings of the filters. */
export const addressOf = (base: string, filters: FindingFilters): string =>
  withQuery(`${base}/findings`, canonicalQuery(filters, { rollup: true }))

/** True where `q` is the identifier of a finding, not words. */
const isFindingId = (q: string): boolean => findingId.test(idIn(q))

const idIn = (q: string): string => q.trim().replaceAll('"', '').toLowerCase()

export const searchQuery = (q: string) => sql`websearch_to_tsquery('english', ${searchText(q)})`

/** The condition a finding must meet. */
export function matchFilters(filters: FindingFilters, { release, codes }: Edition) {
  return (eb: ExpressionBuilder<DB, 'finding'>): Expression<SqlBool> => {
    const { area, kind, section, basis, scope, inspection, programme, publication, q } = filters
    const conditions: Expression<SqlBool>[] = [eb('finding.release_id', '=', release.id)]
    if (area !== undefined) conditions.push(eb('finding.area_id', 'in', area))
    if (kind !== undefined) conditions.push(eb('finding.kind', 'in', kind))
    if (section !== undefined) conditions.push(eb('finding.section', 'in', section))
    if (basis !== undefined) conditions.push(eb('finding.basis', 'in', basis))
    if (scope !== undefined) conditions.push(eb('finding.scope', 'in', scope))
    if (inspection !== undefined) conditions.push(eb('finding.inspection_id', 'in', inspection))
    if (programme !== undefined) conditions.push(eb('finding.programme_id', 'in', programme))
    if (publication !== undefined) conditions.push(eb('finding.publication_id', 'in', publication))
    if (filters.published_from !== undefined) {
      conditions.push(eb('finding.published_on', '>=', filters.published_from))
    }
    if (filters.published_to !== undefined)
      conditions.push(eb('finding.published_on', '<=', filters.published_to))
    if (filters.region !== undefined) {
      const regions = filters.region
      const areas = codes.areas.filter((one) => regions.includes(one.region)).map(({ id }) => id)
      conditions.push(eb('finding.area_id', 'in', areas))
    }
    if (filters.agency !== undefined) {
      conditions.push(
        eb.exists(
          eb
            .selectFrom('finding_agency as link')
            .select('link.position')
            .whereRef('link.finding_id', '=', 'finding.id')
            .where('link.release_id', '=', release.id)
            .where('link.agency_id', 'in', chosenCodes(codes.agencies, filters.agency, filters.rollup)),
        ),
      )
    }
    if (filters.theme !== undefined) {
      conditions.push(
        eb.exists(
          eb
            .selectFrom('finding_theme as link')
            .select('link.position')
            .whereRef('link.finding_id', '=', 'finding.id')
            .where('link.release_id', '=', release.id)
            .where('link.theme_id', 'in', chosenCodes(codes.themes, filters.theme, filters.rollup)),
        ),
      )
    }
    if (q !== undefined) conditions.push(matchWords(q)(eb))
    return eb.and(conditions)
  }
}

/** The condition that `q` finds a finding. */
export const matchWords =
  (q: string) =>
  (eb: ExpressionBuilder<DB, 'finding'>): Expression<SqlBool> =>
    isFindingId(q) ? eb('finding.id', '=', idIn(q)) : sql<SqlBool>`finding.tsv @@ ${searchQuery(q)}`
