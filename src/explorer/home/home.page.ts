// `/`: what this is in ten seconds, a question to ask, and three charts that lead to the findings.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { attribution, caveats, countCaveats, licence, serviceName } from '../../lib/about.ts'
import { withQuery } from '../../lib/canonical-query.ts'
import { subject } from '../../lib/citation.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Crosstab } from '../../resources/findings/counts.schema.ts'
import type { Service } from '../../resources/service/service.schema.ts'
import { drawBar } from '../charts/bars.ts'
import { drawHeatmap } from '../charts/heatmap.ts'
import { drawTimeline, type Event } from '../charts/timeline.ts'
import type { Page, Site } from '../frame/page.ts'
import { chartNote, drawCaveats, labelOf, linked, listInWords, plural } from '../frame/parts.ts'
import type { HomeQuery } from './home.schema.ts'

interface Home {
  readonly edition: Edition
  readonly service: Service
  /** Themes by agencies, in how many inspections. */
  readonly heatmap: Crosstab
  readonly shown: NonNullable<HomeQuery['show']>
  /** Areas by kinds, findings. */
  readonly letters: Crosstab
  /** Addresses of both as CSV. */
  readonly tables: { readonly heatmap: string; readonly letters: string }
}

const description =
  'What joint inspections found about the response of police, health, probation and children’s services to children living with domestic abuse: every finding a row, coded by agency and theme, with the place where it stands.'

export function homePage({ edition, service, heatmap, shown, letters, tables }: Home, site: Site): Page {
  return {
    title: 'What inspectors found',
    description,
    address: withQuery('/', shown === 'area_for_improvement' ? '' : `show=${shown}`),
    api: '/v1',
    structuredData: describeDataset(service, edition, site),
    main: html`<h1>What inspectors found about children living with domestic abuse</h1>
<p class="lede">In 2016 and 2017 four inspectorates examined how police, health, probation and children’s services in ${plural(service.coverage.areas, 'area')} of England respond. Their findings stand in letters and in a report. Here each of the <strong>${linked('/findings', plural(service.counts.total, 'finding'))}</strong> is a row: coded by agency and theme, with the place where it stands.</p>
${drawQuestion(edition)}
<section aria-labelledby="timeline-title">
<h2 id="timeline-title">The letters and the report</h2>
<p>${summarizeTimeline(edition)}</p>
${drawTimeline(eventsOf(edition))}
</section>
<section aria-labelledby="heatmap-title">
<h2 id="heatmap-title">Which agency, which theme</h2>
<p>${summarizeHeatmap(heatmap, shown)}</p>
${drawChoice(shown)}
<p class="small jump"><a href="#letters-title">Skip the table</a></p>
${drawHeatmap({
  crosstab: heatmap,
  caption: `In how many of ${plural(edition.codes.inspections.length, 'inspection')} the letter has ${measured[shown]}, by theme and agency`,
  most: edition.codes.inspections.length,
  pageOfRow: (id) => `/themes/${id}`,
  pageOfCol: (id) => `/agencies/${id}`,
})}
<p class="small jump"><a href="${tables.heatmap}">This table as CSV</a></p>
${chartNote}
<p class="note">${countCaveats[0]} Narrower agencies, such as midwifery, count under the broader one.</p>
</section>
<section aria-labelledby="letters-title">
<h2 id="letters-title">What each letter lists</h2>
<p>${summarizeLetters(letters)}</p>
${drawLetters(letters, edition)}
<p class="small jump"><a href="${tables.letters}">This table as CSV</a></p>
${chartNote}
</section>
${drawData()}
${drawCaveats(caveats)}`,
  }
}

const measured = {
  area_for_improvement: 'an area for improvement',
  strength: 'a strength',
  both: 'a strength or an area for improvement',
} as const

/** Areas to tick and a button for each agency: three presses from here to an answer. */
const drawQuestion = ({ codes }: Edition): SafeHtml => html`<form class="question" action="/findings">
<h2>Ask a question</h2>
<div class="question__row">
<fieldset><legend>What do the letters list as</legend>
<label class="choice"><input type="radio" name="kind" value="area_for_improvement" checked> areas for improvement</label>
<label class="choice"><input type="radio" name="kind" value="strength"> strengths</label>
</fieldset>
<fieldset><legend>in these areas (none ticked: all)</legend>
${codes.areas.map(({ id, name }) => html`<label class="choice"><input type="checkbox" name="area" value="${id}"> ${name}</label>\n`)}</fieldset>
</div>
<fieldset class="question__go"><legend>for</legend>
${codes.agencies
  .filter(({ broader }) => broader === null)
  .map(
    ({ id, label }) =>
      html`<button type="submit" class="button" name="agency" value="${id}">${label}</button>\n`,
  )}<button type="submit" class="button button--quiet">any agency</button>
</fieldset>
</form>`

const nameOf = ({ codes }: Edition, area: string): string =>
  codes.areas.find(({ id }) => id === area)?.name ?? area

function eventsOf(edition: Edition): Event[] {
  const { inspections, publications } = edition.codes
  const letters = inspections.map(
    ({ area, letter, fieldwork_start: from, fieldwork_end: to, published_on }) => ({
      name: nameOf(edition, area),
      href: `/areas/${area}`,
      fieldwork: { from, to },
      publishedOn: published_on,
      document: {
        label: `letter to ${nameOf(edition, area)} (PDF)`,
        url: publications.find(({ id }) => id === letter)?.url ?? '',
      },
    }),
  )
  const reports = publications.flatMap(({ id, type, published_on: publishedOn, title, url }) =>
    type === 'overview_report' && publishedOn !== null
      ? [
          {
            name: 'Overview report',
            href: `/findings?publication=${id}`,
            fieldwork: null,
            publishedOn,
            document: { label: title, url },
          },
        ]
      : [],
  )
  return [...letters, ...reports].sort((a, b) => (a.publishedOn < b.publishedOn ? -1 : 1))
}

function summarizeTimeline(edition: Edition): string {
  const events = eventsOf(edition)
  const [first, last] = [events.at(0), events.at(-1)]
  if (first === undefined || last === undefined) return 'No letter has been published.'
  return `The first letter, on ${first.name}, came out on ${dayOf(first.publishedOn)}; the last document, ${last.fieldwork === null ? 'the overview report' : `the letter on ${last.name}`}, on ${dayOf(last.publishedOn)}.`
}

function summarizeHeatmap({ cells, row_values, col_values, total }: Crosstab, shown: Home['shown']): string {
  const labels = new Map([...row_values, ...col_values].map(({ id, label }) => [id, label]))
  const most = Math.max(...cells.map(({ count }) => count))
  if (most < 1) return 'There is none.'
  const widest = cells.filter(({ count }) => count === most)
  const none = cells.filter(({ count }) => count === 0).length
  const where = most === total.count ? `all ${most}` : `${most} of ${total.count}`
  const named = widest.map(({ row, col }) => `${labels.get(row)} (${labels.get(col)})`)
  const pairs = `${plural(widest.length, 'pair')} of theme and agency`
  return `The letters of ${where} inspections have ${measured[shown]} for ${named.length <= 4 ? listInWords(named) : pairs}; ${none} of ${cells.length} pairs have none.`
}

const choices = [
  ['area_for_improvement', 'Areas for improvement'],
  ['strength', 'Strengths'],
  ['both', 'Both'],
] as const

const drawChoice = (
  shown: Home['shown'],
): SafeHtml => html`<nav class="switch" aria-label="What the table shows">
<ul>
${choices.map(
  ([value, label], at) =>
    html`<li><a href="/${at === 0 ? '' : `?show=${value}`}#heatmap-title"${value === shown ? html` aria-current="true"` : ''}>${label}</a></li>\n`,
)}</ul>
</nav>`

const listedKinds = ['strength', 'area_for_improvement'] as const

/** The areas in order of letter date, each with how much its letter lists of a kind. */
function lettersByDate(letters: Crosstab, { codes }: Edition) {
  const dated = new Map(codes.inspections.map(({ area, published_on }) => [area, published_on]))
  return letters.row_values
    .flatMap((area) => {
      const publishedOn = dated.get(area.id ?? '')
      return publishedOn === undefined ? [] : [{ ...area, publishedOn }]
    })
    .sort((a, b) => (a.publishedOn < b.publishedOn ? -1 : 1))
    .map((area) => ({
      ...area,
      cells: listedKinds.map((kind) => ({ kind, ...cellOf(letters, area.id, kind) })),
    }))
}

const cellOf = ({ cells }: Crosstab, row: string | null, col: string) =>
  cells.find((cell) => cell.row === row && cell.col === col) ?? { count: 0, url: '/findings' }

const summarizeLetters = ({ col_values }: Crosstab): string =>
  `Together the letters list ${listInWords(
    listedKinds.map((kind) => {
      const count = col_values.find(({ id }) => id === kind)?.count ?? 0
      return kind === 'strength'
        ? plural(count, 'strength')
        : plural(count, 'area for improvement', 'areas for improvement')
    }),
  )}. Letters differ in length and style, so a longer bar is not a better or worse area.`

function drawLetters(letters: Crosstab, edition: Edition): SafeHtml {
  const rows = lettersByDate(letters, edition)
  const largest = Math.max(...rows.flatMap(({ cells }) => cells.map(({ count }) => count)))
  return html`<table class="bars">
<thead><tr><th scope="col">Letter</th><th scope="col">Published</th>${listedKinds.map((kind) => html`<th scope="col" class="bars__value">${kind === 'strength' ? 'Strengths' : 'Areas for improvement'}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ id, label, publishedOn, cells }) =>
    html`<tr><th scope="row"><a href="/areas/${id}">${label}</a></th><td>${dayOf(publishedOn)}</td>${cells.map(
      ({ kind, count, url }) =>
        html`<td class="bars__value" data-label="${labelOf(kind)}"><a href="${url}">${count}</a>${drawBar(count, largest, kind)}</td>`,
    )}</tr>\n`,
)}</tbody>
</table>`
}

const drawData = (): SafeHtml => html`<section aria-labelledby="data">
<h2 id="data">The whole data set</h2>
<p>Free to use under the ${licence.name}; no key, no sign-up.</p>
<ul class="buttons">
<li><a class="button" href="/v1/findings.csv?download=true">All findings, CSV</a></li>
<li><a class="button" href="/v1/findings.xlsx?download=true">All findings, Excel</a></li>
<li><a class="button" href="/v1/findings.json?download=true">All findings, JSON</a></li>
<li><a class="button" href="/docs">API reference</a></li>
</ul>
</section>`

/** The data set in the terms of schema.org, for search engines of data. */
function describeDataset({ release, coverage }: Service, { codes }: Edition, { publicUrl }: Site): object {
  const began = codes.inspections.map(({ fieldwork_start }) => fieldwork_start).sort()[0]
  const sources = codes.publications.filter(
    ({ type }) => type === 'inspection_letter' || type === 'overview_report',
  )
  const file = (path: string, encodingFormat: string) => ({
    '@type': 'DataDownload',
    encodingFormat,
    contentUrl: `${publicUrl}${path}`,
  })
  return {
    '@context': 'https://schema.org',
    '@type': 'Dataset',
    name: subject,
    description,
    url: `${publicUrl}/`,
    version: release.version,
    dateModified: release.released_at,
    license: licence.url,
    creditText: attribution,
    isBasedOn: sources.map(({ url }) => url),
    isAccessibleForFree: true,
    creator: { '@type': 'Organization', name: serviceName, url: `${publicUrl}/` },
    keywords: ['joint targeted area inspection', 'domestic abuse', 'children', 'safeguarding', 'Ofsted'],
    spatialCoverage: codes.areas.map(({ name }) => ({ '@type': 'Place', name: `${name}, England` })),
    temporalCoverage: `${began}/${coverage.last_letter_on}`,
    distribution: [
      file('/v1/findings.csv', 'text/csv'),
      file('/v1/findings.json', 'application/json'),
      file('/v1/findings.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'),
    ],
  }
}
