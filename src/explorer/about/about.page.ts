// `/about`: what a reader must know before trusting a row.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { attribution, countCaveats, licence } from '../../lib/about.ts'
import type { describeAnswer } from '../../lib/answers.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Service } from '../../resources/service/service.schema.ts'
import type { Page, Site } from '../frame/page.ts'
import { drawCaveat, listInWords, plural } from '../frame/parts.ts'

export function aboutPage(
  service: Service,
  { codes, release }: Edition,
  { citation, caveats, permalink }: ReturnType<typeof describeAnswer>,
  site: Site,
): Page {
  const { counts, coverage } = service
  return {
    title: 'About the findings',
    description:
      'Where the findings come from, how they were made and checked, what may not be concluded from them, and how to cite them.',
    address: '/about',
    api: '/v1',
    main: html`<h1>About the findings</h1>
<p class="lede">${plural(counts.total, 'finding')} of ${plural(coverage.inspections, 'joint targeted area inspection')} (JTAIs) and of the report that followed them: how agencies in England respond to children living with domestic abuse.</p>
<nav class="contents" aria-label="On this page">
<ul>
<li><a href="#origin">Origin</a></li><li><a href="#method">Method</a></li><li><a href="#limits">Limits</a></li><li><a href="#licence">Licence</a></li><li><a href="#cite">How to cite</a></li><li><a href="#accessibility">Accessibility</a></li><li><a href="#privacy">Privacy</a></li><li><a href="#contact">Contact</a></li>
</ul>
</nav>
<h2 id="origin">Origin</h2>
<p>${listInWords(service.inspectorates.map(({ name }) => name))} inspected ${listInWords(codes.areas.map(({ name }) => name))} together. Each inspection ended in a letter, published between ${dayOf(coverage.first_letter_on ?? '')} and ${dayOf(coverage.last_letter_on ?? '')}; an overview report followed. The letters are PDF files that nobody can query. Here every finding in them is a row with an identifier of its own, the agencies and themes it is about, and the place where it stands: for a letter the page, for the report what could be read of it.</p>
<h2 id="method">Method</h2>
<ol>
<li>Each letter was read from beginning to end.</li>
<li>Each statement became a row; a bullet that makes several points became several rows.</li>
<li>The row says it in one sentence of our own. No person is named.</li>
<li>It was coded: which agencies and themes, whether it is a strength, an area for improvement or context, and where it stands.</li>
<li>Every row of a letter was then checked against its letter by other readers before release 1.0.0.</li>
</ol>
<p>Narrower codes belong to broader ones: asking for health services includes midwifery. Whether a row is a strength or an area for improvement is what the inspectorates say of it; the section is only where it stands.</p>
<h2 id="limits">Limits</h2>
<ul>
${[...caveats, ...countCaveats].map((caveat) => html`<li>${drawCaveat(caveat)}</li>\n`)}<li>The addresses of the letters were read in a public index of Ofsted’s files. If one has moved, the page number still holds.</li>
</ul>
<h2 id="licence">Licence</h2>
<p>The data is free to use, also commercially, under the <a href="${licence.url}" rel="license">${licence.name}</a>. Say where it comes from:</p>
<blockquote>${attribution}</blockquote>
<h2 id="cite">How to cite</h2>
<p class="copy"><span id="citation-text">${citation}</span> <button type="button" class="button scripted" data-copy="citation-text">Copy the citation</button></p>
<span class="hidden" role="status" id="copy-status"></span>
<p>The <a href="${permalink.slice(site.publicUrl.length)}">permalink</a> names the release (${release.version}) and gives the same data for ever. Every page of findings has a citation of its own.</p>
<h2 id="accessibility">Accessibility statement</h2>
${drawAccessibility()}
<h2 id="privacy">Privacy</h2>
<p>These pages set no cookies, load nothing from other servers and run no analytics. The log of this service holds neither what you ask nor your network address. Your browser keeps the addresses you visit in its history; “Exit this page” leaves quickly but does not clear it.</p>
<h2 id="contact">Contact</h2>
${drawContact(site)}`,
  }
}

const drawAccessibility =
  (): SafeHtml => html`<p>We aim at the Web Content Accessibility Guidelines 2.2, level AA. What is tested, automatically and at every change, in Chromium: every kind of page with axe, in light and dark; the main journeys with and without JavaScript; a width of 320 pixels; print.</p>
<p>What is not: the pages have not been tested with screen readers or by people with disabilities. What we know of: the letters are PDF files of the inspectorates, whose accessibility we cannot change; the table of themes and agencies is wide and scrolls sideways on small screens; it can be skipped, and the CSV file beneath it holds the same numbers. The <a href="/docs">API reference</a> is a program of others and needs JavaScript.</p>
<p>If something stands in your way, tell us (<a href="#contact">Contact</a>). This statement was written on 22 November 2026.</p>`

function drawContact({ contact, publicUrl }: Site): SafeHtml {
  const what = html`A finding that does not say what the letter says is the worst mistake this project can make: please report it, with the identifier of the finding.`
  const weakness = html`<p>A weakness of the service itself is reported in the same way, before others are told of it. Try it on a copy of your own: the project runs anywhere with one command.</p>`
  return contact === null
    ? html`<p>${what} Whoever runs this copy, at ${publicUrl}, has not given an address to write to.</p>
${weakness}`
    : html`<p>${what} Write to <a href="${contact}">${contact.replace(/^mailto:/, '')}</a>.</p>
${weakness}`
}
