// The filters of findings as a form: its state is the address, each choice says how many findings it would give. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { ParameterError } from '../../errors.ts'
import type { Query } from '../../lib/canonical-query.ts'
import type { Facets } from '../../resources/findings/counts.schema.ts'
import { type Dimension, sorts } from '../../resources/findings/findings.schema.ts'
import { listInWords } from '../frame/parts.ts'
import { defaultLength, pageLengths } from './findings.schema.ts'

type Facet = Facets['facets'][number]

export interface FormState {
  /** What is asked for; after a mistake the words as they were given. */
  readonly query: Query
  /** The choices of each dimension; without counts where the query has a mistake. */
  readonly facets: readonly Facet[]
  readonly isCounted: boolean
  readonly mistakes: readonly ParameterError[]
}

// Above the filters and below them: the list is long.
const go = html`<div class="filters__go">
<button type="submit" class="button button--main" data-show>Show the findings</button>
<a class="button button--quiet" href="/findings">Clear all</a>
</div>`

/** What people read for the parameters. */
export const parameterLabels: Readonly<Record<string, string>> = {
  q: 'Words to find',
  kind: 'Kind',
  area: 'Area',
  agency: 'Agency',
  theme: 'Theme',
  section: 'Section of the letter',
  basis: 'Basis',
  scope: 'Scope',
  region: 'Region',
  inspection: 'Inspection',
  publication: 'Publication',
  programme: 'Programme',
  published_from: 'Published from',
  published_to: 'Published to',
  rollup: 'Narrower codes',
  sort: 'Order',
  limit: 'Findings on a page',
}

/** In the order of the form. */
const dimensions: readonly Dimension[] = [
  'kind',
  'area',
  'agency',
  'theme',
  'section',
  'basis',
  'scope',
  'region',
  'inspection',
  'publication',
  'programme',
]
const open: readonly Dimension[] = ['kind', 'area']

const sortLabels: Readonly<Record<(typeof sorts)[number], string>> = {
  '-published_on': 'Newest letter first',
  published_on: 'Oldest letter first',
  id: 'By identifier',
  '-id': 'By identifier, backwards',
  relevance: 'Best match first (needs words)',
}

export function drawForm(state: FormState): SafeHtml {
  const { query, mistakes } = state
  const hasMore = ['published_from', 'published_to', 'rollup'].some((name) => query[name] !== undefined)
  return html`<form class="filters" id="filters" action="/findings" autocomplete="off" data-live>
<div class="field${wrong(mistakes, 'q')}">
<label for="q">Words to find</label>
<p class="hint" id="q-hint">All must occur; “a phrase” in quotes, <code>or</code> and <code>-not</code> work.</p>
${explain(mistakes, 'q')}
<input id="q" name="q" type="search" value="${textOf(query.q)}" maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="q-hint${describes(mistakes, 'q')}"${invalid(mistakes, 'q')}>
</div>
${go}
<details class="filters__all"${mistakes.length > 0 ? html` open` : ''}><summary>Filters</summary>
${dimensions.map((dimension) => drawFacet(state, dimension))}
<details class="facet" id="filter-rollup"${hasMore || isWrong(mistakes, 'published_from', 'published_to', 'rollup') ? html` open` : ''}><summary>Dates and codes</summary>
${drawDate(state, 'published_from', 'Published on or after')}
${drawDate(state, 'published_to', 'Published on or before')}
<label class="choice"><input type="checkbox" name="rollup" value="false"${textOf(query.rollup) === 'false' ? html` checked` : ''}${hasDescription(mistakes, 'rollup')}> Only the agencies and themes ticked, not the narrower ones below them</label>
${explain(mistakes, 'rollup')}
</details>
</details>
<div class="field${wrong(mistakes, 'sort')}">
<label for="sort">Order</label>
${explain(mistakes, 'sort')}
<select id="sort" name="sort"${hasDescription(mistakes, 'sort')}${invalid(mistakes, 'sort')}>
${sorts.map((sort) => html`<option value="${sort}"${(query.sort ?? sorts[0]) === sort ? html` selected` : ''}>${sortLabels[sort]}</option>\n`)}</select>
</div>
<div class="field${wrong(mistakes, 'limit')}">
<label for="limit">Findings on a page</label>
${explain(mistakes, 'limit')}
<select id="limit" name="limit"${hasDescription(mistakes, 'limit')}${invalid(mistakes, 'limit')}>
${lengthsWith(query.limit).map((length) => html`<option${String(query.limit ?? defaultLength) === String(length) ? html` selected` : ''}>${length}</option>\n`)}</select>
</div>
${go}
</form>`
}

function drawFacet(state: FormState, dimension: Dimension): SafeHtml {
  const { facets, isCounted, mistakes } = state
  const facet = facets.find((one) => one.dimension === dimension)
  if (facet === undefined) return html``
  const values = facet.values.filter(({ id }) => id !== null) // national findings are chosen by scope
  const chosen = values.filter(({ selected }) => selected).length
  const isOpen = open.includes(dimension) || chosen > 0 || isWrong(mistakes, dimension)
  const label = parameterLabels[dimension] ?? dimension
  return html`<details class="facet${wrong(mistakes, dimension)}" id="filter-${dimension}"${isOpen ? html` open` : ''}><summary>${label}${chosen > 0 ? html` <span class="facet__chosen">${chosen} chosen</span>` : ''}</summary>
<fieldset${hasDescription(mistakes, dimension)}><legend class="hidden">${label}</legend>
${explain(mistakes, dimension)}
${values.map(
  ({ id, label, broader, count, selected }) =>
    html`<label class="choice${broader === null ? '' : ' choice--narrower'}${isCounted && count === 0 ? ' choice--none' : ''}"><input type="checkbox" name="${dimension}" value="${id}"${selected ? html` checked` : ''}> <span>${label}</span>${isCounted ? html` <span class="choice__count">${count}</span>` : ''}</label>\n`,
)}</fieldset>
</details>`
}

/** A field for a date; for a wrong one a field for text, since the other would hide what was written. */
function drawDate({ query, mistakes }: FormState, name: string, label: string): SafeHtml {
  const value = textOf(query[name])
  const type = value === '' || /^\d{4}-\d\d-\d\d$/.test(value) ? 'date' : 'text'
  return html`<div class="field${wrong(mistakes, name)}"><label for="${name}">${label}</label>
${explain(mistakes, name)}
<input id="${name}" name="${name}" type="${type}" value="${value}"${hasDescription(mistakes, name)}${invalid(mistakes, name)}></div>`
}

/** The lengths offered, and the one asked for where it is another. */
function lengthsWith(limit: Query[string]): readonly number[] {
  const asked = Number(limit ?? defaultLength)
  const isOther = Number.isInteger(asked) && asked > 0 && asked <= 100
  return [...new Set([...pageLengths, ...(isOther ? [asked] : [])])].sort((a, b) => a - b)
}

// What cannot be shown cannot stand in a page either.
const textOf = (value: Query[string]): string =>
  value === undefined ? '' : String(value).replaceAll(/\p{Cc}/gu, '\u{fffd}')

const isWrong = (mistakes: readonly ParameterError[], ...names: readonly string[]): boolean =>
  mistakes.some(({ parameter }) => names.includes(parameter))

const wrong = (mistakes: readonly ParameterError[], name: string): string =>
  isWrong(mistakes, name) ? ' field--wrong' : ''

const describes = (mistakes: readonly ParameterError[], name: string): string =>
  isWrong(mistakes, name) ? ` error-${name}` : ''

const hasDescription = (mistakes: readonly ParameterError[], name: string): SafeHtml =>
  isWrong(mistakes, name) ? html` aria-describedby="error-${name}"` : html``

const invalid = (mistakes: readonly ParameterError[], name: string): SafeHtml =>
  isWrong(mistakes, name) ? html` aria-invalid="true"` : html``

/** What is wrong and what would be right, for a person. */
export function messageOf({ detail, allowed = [], did_you_mean }: ParameterError): string {
  if (did_you_mean) return `${detail} Did you mean ${did_you_mean}?`
  return allowed.length < 3 ? `${detail} Allowed: ${listInWords(allowed).replace(/\.$/, '')}.` : detail
}

/** The messages of a field, where it has any. */
function explain(mistakes: readonly ParameterError[], name: string): SafeHtml {
  const own = mistakes.filter(({ parameter }) => parameter === name)
  return own.length === 0
    ? html``
    : html`<p class="error" id="error-${name}">${own.map((mistake) => html`<span class="hidden">Error: </span>${messageOf(mistake)} `)}</p>`
}
