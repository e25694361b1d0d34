// A finding as it stands in a list. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Finding } from '../../resources/findings/findings.schema.ts'
import { areaName, codeLabel, publicationTitle } from '../frame/labels.ts'
import { kindTag, labelOf, linked } from '../frame/parts.ts'
import type { Piece } from './highlight.query.ts'

/** A text of a finding with the words that were looked for. */
export type Highlight = (text: string) => readonly Piece[]

export function drawFinding(finding: Finding, edition: Edition, highlight: Highlight): SafeHtml {
  const { codes } = edition
  const { id, kind, area, published_on, summary, agencies, themes, section, basis, evidence } = finding
  const [source] = evidence
  const name = areaName(edition, area)
  const codeLinks = (ids: readonly string[], path: 'agencies' | 'themes') =>
    ids.map(
      (code) =>
        html`<li><a href="/${path}/${code}">${drawPieces(highlight(codeLabel(codes[path], code)))}</a></li>`,
    )
  return html`<li class="finding" id="${id}">
<p class="finding__head">${kindTag(kind)} ${area === null ? name : linked(`/areas/${area}`, name)} <span class="quiet">${dayOf(published_on)}</span></p>
<h3 class="finding__text"><a href="/findings/${id}">${drawPieces(highlight(summary))}</a></h3>
<ul class="codes" aria-label="Agencies">${codeLinks(agencies, 'agencies')}</ul>
<ul class="codes codes--theme" aria-label="Themes">${codeLinks(themes, 'themes')}</ul>
<p class="finding__foot">${labelOf(section)}. ${labelOf(basis)}. ${source === undefined ? '' : html`<a href="${source.url}" rel="noreferrer">${sourceOf(source)}<span class="hidden"> of ${publicationTitle(edition, source.publication)}</span></a>. `}<code>${id}</code> <span class="finding__more"><a href="/findings/${id}#cite">Cite<span class="hidden"> ${id}</span></a> <a href="/v1/findings/${id}">JSON<span class="hidden"> of ${id}</span></a></span></p>
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
