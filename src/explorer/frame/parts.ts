// Small pieces of HTML that several pages share. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import { withQuery } from '../../lib/canonical-query.ts'
import { type Kind, sections, valueLabels } from '../../lib/vocabulary.ts'
import type { FindingFilters } from '../../resources/findings/findings.schema.ts'

/** What every chart counts: findings of areas, without the opening summaries, which repeat what the bullets say. */
export const chartFilters = {
  scope: ['area'],
  section: sections.filter((section) => section !== 'summary'),
} satisfies FindingFilters

export const chartNote = html`<p class="note">Left out: the opening summaries of the letters, which repeat what their bullets say, and national findings. Each number leads to the findings it counts.</p>`

export const labelOf = (value: string): string => valueLabels[value] ?? value

/** A kind as a heading or after a number. */
export const kindsOf = (kind: Kind): string =>
  ({ strength: 'strengths', area_for_improvement: 'areas for improvement', context: 'context' })[kind]

export const kindTag = (kind: Kind): SafeHtml => html`<span class="tag tone-${kind}">${labelOf(kind)}</span>`

export const linked = (href: string, text: string | number): SafeHtml => html`<a href="${href}">${text}</a>`

/** `a`, `a and b`, `a, b and c`. */
export const listInWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`

/** A caveat; where it names sections as the API takes them, a link that asks for them. */
export function drawCaveat(caveat: string): SafeHtml {
  const [sections = ''] = /section=[a-z_,]+/.exec(caveat) ?? []
  const [before = '', after = ''] = sections === '' ? [caveat] : caveat.split(sections)
  return html`${before}${sections === '' ? '' : linked(`/findings?${sections}`, 'the other sections')}${after}`
}

export const drawCaveats = (
  caveats: readonly string[],
): SafeHtml => html`<section class="caveats" aria-labelledby="caveats">
<h2 id="caveats">Before you quote a number</h2>
<ul>
${caveats.map((caveat) => html`<li>${drawCaveat(caveat)}</li>\n`)}</ul>
</section>`

/** Labelled addresses of files with the data of a page. */
type Files = readonly (readonly [label: string, href: string])[]

interface TakeAway {
  readonly publicUrl: string
  /** Path and query of the data in the API. */
  readonly api: string
  readonly files: Files
  readonly citation: string
  readonly permalink: string
}

const drawButtons = (files: Files): SafeHtml => html`<ul class="buttons">
${files.map(([label, href]) => html`<li><a class="button" href="${href}">${label}</a></li>\n`)}</ul>`

/** The same files in a line, for the head of a list. */
export const drawFiles = (files: Files): SafeHtml =>
  html`<p class="files">All of these as ${files.map(([label, href]) => html`<a href="${href}">${label}</a> `)}<a href="#api-address">API address</a> <a href="#cite">Cite</a></p>`

/** How to take what a page shows elsewhere: files, the address for programs, and how to cite it. */
export function drawTakeAway({ publicUrl, api, files, citation, permalink }: TakeAway): SafeHtml {
  const cite = (extension: string) => withQuery(`/v1/citation${extension}`, `url=${encodeURIComponent(api)}`)
  return html`<section class="take" aria-labelledby="take">
<h2 id="take">Take it with you</h2>
${drawButtons(files)}
<h3 id="api-address">Address for programs</h3>
<p class="copy"><code id="api-text">${publicUrl}${api}</code> <button type="button" class="button scripted" data-copy="api-text">Copy the address</button></p>
<h3 id="cite">Cite</h3>
<p class="copy"><span id="citation-text">${citation}</span> <button type="button" class="button scripted" data-copy="citation-text">Copy the citation</button></p>
<p class="small">For reference managers: <a href="${cite('.bib')}">BibTeX</a>, <a href="${cite('.ris')}">RIS</a>. The <a href="${permalink}">permalink</a> gives the same data for ever, as JSON.</p>
<span class="hidden" role="status" id="copy-status"></span>
</section>`
}
