// `/`: what this is in ten seconds, a question to ask, and three charts that lead to the findings.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { caveats, countCaveats, licence } from '../../lib/about.ts'
import { withQuery } from '../../lib/canonical-query.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Crosstab } from '../../resources/findings/counts.schema.ts'
import type { Service } from '../../resources/service/service.schema.ts'
import { drawHeatmap } from '../charts/heatmap.ts'
import { drawTimeline, type Event } from '../charts/timeline.ts'
import { areaName } from '../frame/labels.ts'
import type { Page, Site } from '../frame/page.ts'
import { chartNote, drawCaveats, linked, listInWords, plural } from '../frame/parts.ts'
import { describeDataset } from './dataset.ts'
import type { HomeQuery } from './home.schema.ts'
import { drawLetters, summarizeLetters } from './letters.ts'
import { drawQuestion } from './question.ts'

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
    structuredData: describeDataset(description, service, edition, site),
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

function eventsOf(edition: Edition): Event[] {
  const { inspections, publications } = edition.codes
  const letters = inspections.map(
    ({ area, letter, fieldwork_start: from, fieldwork_end: to, published_on }) => ({
      name: areaName(edition, area),
      href: `/areas/${area}`,
      fieldwork: { from, to },
      publishedOn: published_on,
      document: {
        label: `letter to ${areaName(edition, area)} (PDF)`,
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
