// The filters in use, each with the question that leaves it out. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import { defaultsOf } from '../../http/query-string.ts'
import { canonicalQuery, withQuery } from '../../lib/canonical-query.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Facets } from '../../resources/findings/counts.schema.ts'
import type { Dimension, FindingFilters } from '../../resources/findings/findings.schema.ts'
import { FindingsPageQuery } from './findings.schema.ts'

interface Chip {
  readonly label: string
  /** The same question without it. */
  readonly without: string
}

export function chipsOf(query: FindingsPageQuery, { facets }: Facets): Chip[] {
  const { limit, sort, cursor: _cursor, ...filters } = query
  const address = (others: FindingFilters) => {
    const { sort: order, ...shown } = { ...others, limit, sort }
    const kept = order === 'relevance' && others.q === undefined ? shown : { ...shown, sort: order }
    return withQuery('/findings', canonicalQuery(kept, defaultsOf(FindingsPageQuery)))
  }
  const chosen = facets.flatMap(({ dimension, values }) =>
    values
      .filter(({ id, selected }) => selected && id !== null)
      .map(({ id, label }) => ({ label, without: address(leaveOut(filters, dimension, id)) })),
  )
  const { q, ...anyWords } = filters
  const { published_from: from, ...anyBeginning } = filters
  const { published_to: to, ...anyEnd } = filters
  const { rollup, ...rolledUp } = filters
  const chip = (label: string, others: FindingFilters) => ({ label, without: address(others) })
  return [
    ...(q === undefined ? [] : [chip(`Words: ${q}`, anyWords)]),
    ...chosen,
    ...(from === undefined ? [] : [chip(`from ${dayOf(from)}`, anyBeginning)]),
    ...(to === undefined ? [] : [chip(`until ${dayOf(to)}`, anyEnd)]),
    ...(rollup === false ? [chip('only the codes themselves', rolledUp)] : []),
  ]
}

function leaveOut(filters: FindingFilters, dimension: Dimension, id: string | null): FindingFilters {
  const rest = (filters[dimension] ?? []).filter((one) => one !== id)
  const { [dimension]: _all, ...others } = filters
  return rest.length === 0 ? others : { ...others, [dimension]: rest }
}

export const drawChips = (chips: readonly Chip[]): SafeHtml =>
  chips.length === 0
    ? html``
    : html`<ul class="chips" aria-label="Filters in use">
${chips.map(({ label, without }) => html`<li><a class="chip" href="${without}"><span class="hidden">Remove </span>${label}<span aria-hidden="true"> ×</span></a></li>\n`)}</ul>`
