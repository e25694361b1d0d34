// `/findings`: the form, what it finds, and how to take that elsewhere.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import type { ParameterError } from '../../errors.ts'
import { defaultsOf } from '../../http/query-string.ts'
import { canonicalQuery, withQuery } from '../../lib/canonical-query.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Facets } from '../../resources/findings/counts.schema.ts'
import type { FindingsPage as FoundPage } from '../../resources/findings/findings.query.ts'
import type { Dimension, Finding, FindingFilters } from '../../resources/findings/findings.schema.ts'
import type { Page } from '../frame/page.ts'
import { drawCaveats, kindTag, labelOf, linked, plural } from '../frame/parts.ts'
import { drawForm, type FormState, messageOf, parameterLabels } from './findings.form.ts'
import { FindingsPageQuery } from './findings.schema.ts'
import type { Piece } from './highlight.query.ts'

/** A filter that would find more when left out. */
export interface Wider {
  readonly label: string
  readonly count: number
  readonly url: string
}

interface Found {
  readonly edition: Edition
  readonly query: FindingsPageQuery
  readonly form: FormState
  readonly found: FoundPage
  readonly facets: Facets
  readonly next: string | null
  readonly prev: string | null
  /** Path and query of this page, and of its beginning. */
  readonly address: string
  readonly start: string
  readonly api: string
  readonly caveats: readonly string[]
  readonly files: SafeHtml
  readonly takeAway: SafeHtml
  /** A text of a finding with the words that were looked for. */
  readonly highlight: (text: string) => readonly Piece[]
  readonly wider: readonly Wider[]
}

export function findingsPage(shown: Found): Page {
  const { query, form, found, facets, address, start, api, caveats, takeAway, edition } = shown
  const chips = chipsOf(query, facets)
  const words = chips.map(({ label }) => label).join(', ')
  return {
    title: words === '' ? 'Findings' : `${words}: findings`,
    description: `${plural(found.total, 'finding')} of joint inspections of the response to children living with domestic abuse${words === '' ? '' : `: ${words}`}.`,
    address,
    api,
    main: html`<h1>Findings</h1>
<p class="hidden-until-focus"><a href="#results">Skip the filters</a></p>
<div class="columns">
${drawForm(form)}
<div class="results" id="results" tabindex="-1">
<h2 class="results__count">${plural(found.total, 'finding')}<span class="quiet">${whereFrom(found.total, facets)}</span></h2>
${drawChips(chips)}
${shown.files}
${
  found.total === 0
    ? drawWider(shown.wider)
    : html`<p class="small">Statements in narrative letters, not a measure of how common a problem is. <a href="#caveats">Before you quote a number</a></p>
<ol class="findings">
${found.findings.map((finding) => drawFinding(finding, edition, shown.highlight))}</ol>
${drawPaging(shown, start)}`
}
</div>
</div>
${takeAway}
${drawCaveats(caveats)}`,
  }
}

/** The form again, with what is wrong: nothing is shown until it is put right. */
export function mistakesPage(form: FormState): Page {
  return {
    title: 'Something in the question is wrong',
    description: 'The question could not be answered as it was asked.',
    address: null,
    main: html`<h1>Findings</h1>
<section class="mistakes" aria-labelledby="mistakes">
<h2 id="mistakes">Something in the question is wrong</h2>
<ul>
${form.mistakes.map((mistake) => html`<li>${drawMistake(mistake)}</li>\n`)}</ul>
</section>
<div class="columns">
${drawForm(form)}
<div class="results"><p>Nothing is shown until the question is put right: no filter is ever left out in silence.</p></div>
</div>`,
  }
}

const inputs = ['q', 'sort', 'limit', 'published_from', 'published_to']

function drawMistake(mistake: ParameterError): SafeHtml {
  const { parameter } = mistake
  const label = parameterLabels[parameter]
  const target = inputs.includes(parameter) ? parameter : `filter-${parameter}`
  const name = label === undefined ? html`<code>${parameter}</code>` : html`<a href="#${target}">${label}</a>`
  return html`${name}: ${messageOf(mistake)}`
}

interface Chip {
  readonly label: string
  /** The same question without it. */
  readonly without: string
}

function chipsOf(query: FindingsPageQuery, { facets }: Facets): Chip[] {
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

const drawChips = (chips: readonly Chip[]): SafeHtml =>
  chips.length === 0
    ? html``
    : html`<ul class="chips" aria-label="Filters in use">
${chips.map(({ label, without }) => html`<li><a class="chip" href="${without}"><span class="hidden">Remove </span>${label}<span aria-hidden="true"> ×</span></a></li>\n`)}</ul>`

/** Of how many inspections findings are: ` in 2 inspections`; where some are national, how many of either. */
function whereFrom(total: number, { facets }: Facets): string {
  const shown = (dimension: Dimension) => {
    const values = facets.find((facet) => facet.dimension === dimension)?.values ?? []
    const isChosen = values.some(({ selected }) => selected)
    return values.filter(({ id, count, selected }) => id !== null && count > 0 && (selected || !isChosen))
  }
  const inspections = plural(shown('inspection').length, 'inspection')
  const national = shown('scope').find(({ id }) => id === 'national')?.count ?? 0
  if (national === 0) return total === 0 ? '' : ` in ${inspections}`
  return national === total ? ', national' : `: ${total - national} in ${inspections}, ${national} national`
}

function drawFinding(finding: Finding, { codes }: Edition, highlight: Found['highlight']): SafeHtml {
  const { id, kind, area, published_on, summary, agencies, themes, section, basis, evidence } = finding
  const [source] = evidence
  const name = codes.areas.find((one) => one.id === area)?.name ?? 'National'
  const titleOf = (publication: string) =>
    codes.publications.find((one) => one.id === publication)?.title ?? publication
  const codeLinks = (ids: readonly string[], list: readonly { id: string; label: string }[], path: string) =>
    ids.map((code) => {
      const label = list.find((one) => one.id === code)?.label ?? code
      return html`<li><a href="/${path}/${code}">${drawPieces(highlight(label))}</a></li>`
    })
  return html`<li class="finding" id="${id}">
<p class="finding__head">${kindTag(kind)} ${area === null ? name : linked(`/areas/${area}`, name)} <span class="quiet">${dayOf(published_on)}</span></p>
<h3 class="finding__text"><a href="/findings/${id}">${drawPieces(highlight(summary))}</a></h3>
<ul class="codes" aria-label="Agencies">${codeLinks(agencies, codes.agencies, 'agencies')}</ul>
<ul class="codes codes--theme" aria-label="Themes">${codeLinks(themes, codes.themes, 'themes')}</ul>
<p class="finding__foot">${labelOf(section)}. ${labelOf(basis)}. ${source === undefined ? '' : html`<a href="${source.url}" rel="noreferrer">${sourceOf(source)}<span class="hidden"> of ${titleOf(source.publication)}</span></a>. `}<code>${id}</code> <span class="finding__more"><a href="/findings/${id}#cite">Cite<span class="hidden"> ${id}</span></a> <a href="/v1/findings/${id}">JSON<span class="hidden"> of ${id}</span></a></span></p>
</li>
`
}

/** For example `Page 8, item 17`. */
export const sourceOf = ({ page, item, heading }: Finding['evidence'][number]): string =>
  [
    ...(page === null ? [] : [`Page ${page}`]),
    ...(item === null ? [] : [`item ${item}`]),
    ...(page === null && heading !== null ? [heading] : []),
  ].join(', ') || 'The document'

const drawPieces = (pieces: readonly Piece[]): SafeHtml[] =>
  pieces.map(({ text, isMatch }) => (isMatch ? html`<mark>${text}</mark>` : html`${text}`))

const drawPaging = ({ next, prev }: Found, start: string): SafeHtml =>
  next === null && prev === null
    ? html``
    : html`<nav class="paging" aria-label="Pages of findings">
<ul>
${prev === null ? '' : html`<li><a href="${start}">First page</a></li>\n<li><a href="${prev}" rel="prev">Previous page</a></li>\n`}${next === null ? '' : html`<li><a href="${next}" rel="next">Next page</a></li>\n`}</ul>
</nav>`

const drawWider = (
  wider: readonly Wider[],
): SafeHtml => html`<p>No finding answers all of this at once.${wider.length > 0 ? ' The nearest questions that have an answer:' : ''}</p>
<ul class="wider">
${wider.map(({ label, count, url }) => html`<li><a href="${url}">${label}</a>: ${plural(count, 'finding')}</li>\n`)}<li><a href="/findings">All findings</a></li>
</ul>`

/** The filters that stand in the way, by how little each would add. */
export function widerThan(filters: FindingFilters, { facets }: Facets, others: readonly Wider[]): Wider[] {
  const dimensions = facets.flatMap(({ dimension, total }) =>
    filters[dimension] === undefined
      ? []
      : [{ label: `Without ${parameterLabels[dimension] ?? dimension}`, count: total.count, url: total.url }],
  )
  return [...dimensions, ...others]
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count)
    .slice(0, 5)
}
