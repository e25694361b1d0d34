// `/findings/{id}`: one finding, what it is coded with, where it stands, and how to cite it.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import type { describeAnswer } from '../../lib/answers.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Finding } from '../../resources/findings/findings.schema.ts'
import { sourceOf } from '../findings/listed-finding.ts'
import { areaName, codeLabel, publicationTitle } from '../frame/labels.ts'
import type { Page, Site } from '../frame/page.ts'
import { drawCaveats, drawTakeAway, kindTag, labelOf, linked } from '../frame/parts.ts'

export function findingPage(
  finding: Finding,
  edition: Edition,
  answer: ReturnType<typeof describeAnswer>,
  { publicUrl }: Site,
): Page {
  const { id, kind, area, published_on, summary, note, evidence } = finding
  const name = areaName(edition, area)
  const api = `/v1/findings/${id}`
  return {
    title: `${labelOf(kind)}, ${name}, ${id}`,
    description: summary,
    address: `/findings/${id}`,
    api,
    main: html`<nav class="crumbs" aria-label="Where this page is">
<ol><li><a href="/findings">Findings</a></li>${area === null ? html`<li><a href="/findings?scope=national">National</a></li>` : html`<li><a href="/areas/${area}">${name}</a></li>`}<li aria-current="page">${id}</li></ol>
</nav>
<article class="one">
<p class="finding__head">${kindTag(kind)} ${area === null ? name : linked(`/areas/${area}`, name)} <span class="quiet">${dayOf(published_on)}</span></p>
<h1 class="one__text">${summary}</h1>
${note === null ? '' : html`<p class="note"><strong>Note.</strong> ${note}</p>`}
<h2>Where it stands</h2>
<ul class="evidence">
${evidence.map(
  (
    one,
  ) => html`<li><a class="button" href="${one.url}" rel="noreferrer">${one.page === null ? 'Open the document' : `Open at page ${one.page} (PDF)`}</a>
<span>${publicationTitle(edition, one.publication)}. ${sourceOf(one)}. ${one.relation === 'stated' ? 'Stated by the inspectorates.' : 'Reported by this publication.'}</span></li>\n`,
)}</ul>
<h2>What it is coded with</h2>
${drawCoding(finding, edition)}
</article>
${drawTakeAway({
  publicUrl,
  api,
  files: [
    ['CSV', `/v1/findings.csv?download=true&q=${id}`],
    ['Excel', `/v1/findings.xlsx?download=true&q=${id}`],
    ['JSON', api],
  ],
  citation: answer.citation,
  permalink: answer.permalink.slice(publicUrl.length),
})}
${drawCaveats(answer.caveats)}`,
  }
}

function drawCoding(finding: Finding, edition: Edition): SafeHtml {
  const { agencies, themes, kind, section, basis, scope, inspection, publication, id } = finding
  const link = (query: string, text: string) => html`<a href="/findings?${query}">${text}</a>`
  const coded = (ids: readonly string[], path: 'agencies' | 'themes') =>
    html`<ul class="codes">${ids.map((code) => html`<li>${linked(`/${path}/${code}`, codeLabel(edition.codes[path], code))}</li>`)}</ul>`
  return html`<dl class="facts">
<div><dt>Agencies</dt><dd>${coded(agencies, 'agencies')}</dd></div>
<div><dt>Themes</dt><dd>${coded(themes, 'themes')}</dd></div>
<div><dt>Kind</dt><dd>${link(`kind=${kind}`, labelOf(kind))}</dd></div>
<div><dt>Section</dt><dd>${link(`section=${section}`, labelOf(section))}</dd></div>
<div><dt>Basis</dt><dd>${link(`basis=${basis}`, labelOf(basis))}</dd></div>
<div><dt>Scope</dt><dd>${link(`scope=${scope}`, labelOf(scope))}</dd></div>
${inspection === null ? '' : html`<div><dt>Inspection</dt><dd>${link(`inspection=${inspection}`, inspection)}</dd></div>\n`}<div><dt>Document</dt><dd>${link(`publication=${publication}`, publicationTitle(edition, publication))}</dd></div>
<div><dt>Identifier</dt><dd><code>${id}</code></dd></div>
</dl>`
}
