// `/findings`: the form, what it finds, and how to take that elsewhere.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import type { ParameterError } from '../../errors.ts'
import type { Facets } from '../../resources/findings/counts.schema.ts'
import type { FindingsPage as FoundPage } from '../../resources/findings/findings.query.ts'
import type { Dimension } from '../../resources/findings/findings.schema.ts'
import type { Page } from '../frame/page.ts'
import { drawCaveats, plural } from '../frame/parts.ts'
import { chipsOf, drawChips } from './chips.ts'
import { drawForm, type FormState, messageOf, parameterLabels } from './findings.form.ts'
import type { FindingsPageQuery } from './findings.schema.ts'
import { drawFinding, type Highlight } from './listed-finding.ts'
import type { Wider } from './wider.query.ts'

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
  readonly highlight: Highlight
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
  const label = Object.hasOwn(parameterLabels, parameter) ? parameterLabels[parameter] : undefined
  const target = inputs.includes(parameter) ? parameter : `filter-${parameter}`
  const name = label === undefined ? html`<code>${parameter}</code>` : html`<a href="#${target}">${label}</a>`
  return html`${name}: ${messageOf(mistake)}`
}

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
<ul id="wider">
${wider.map(({ label, count, url }) => html`<li><a href="${url}">${label}</a>: ${plural(count, 'finding')}</li>\n`)}<li><a href="/findings">All findings</a></li>
</ul>`
