// One area, agency or theme: what it is, how many findings it has, and which.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { countCaveats } from '../../lib/about.ts'
import type { describeAnswer } from '../../lib/answers.ts'
import { dayOf, daysOf } from '../../lib/dates.ts'
import { kinds } from '../../lib/vocabulary.ts'
import type { Crosstab } from '../../resources/findings/counts.schema.ts'
import { drawBar } from '../charts/bars.ts'
import { codeLabel } from '../frame/labels.ts'
import type { Page, Site } from '../frame/page.ts'
import { chartNote, drawCaveats, drawTakeAway, kindsOf, labelOf, linked, plural } from '../frame/parts.ts'
import { aboutOf, type Described, headings, nameOf, type RecordPath } from './list.page.ts'

type Area = Edition['codes']['areas'][number]
type Code = Edition['codes']['agencies'][number]

interface Shown {
  readonly dimension: 'area' | 'agency' | 'theme'
  readonly path: RecordPath
  readonly record: Described
  /** Findings by kind, by each of the other dimensions. */
  readonly tables: readonly Crosstab[]
  readonly edition: Edition
  readonly answer: ReturnType<typeof describeAnswer>
  readonly site: Site
}

const plurals = { area: 'areas', agency: 'agencies', theme: 'themes' } as const

export function recordPage({ dimension, path, record, tables, edition, answer, site }: Shown): Page {
  const { id, counts } = record
  const name = nameOf(record)
  const query = `${dimension}=${id}`
  const about = aboutOf(record)
  return {
    title: name,
    description: `${name}: ${plural(counts.total, 'finding')} of joint inspections of the response to children living with domestic abuse. ${about}`,
    address: `/${path}/${id}`,
    api: `/v1/${path}/${id}`,
    main: html`<nav class="crumbs" aria-label="Where this page is">
<ol><li><a href="/">Overview</a></li><li><a href="/${path}">${headings[path]}</a></li><li aria-current="page">${name}</li></ol>
</nav>
<h1>${name}</h1>
<p class="lede">${about}</p>
${'definition' in record ? drawCode(record, edition, dimension === 'agency' ? 'agencies' : 'themes') : drawArea(record, edition)}
<h2>Findings</h2>
<ul class="figures">
<li><a href="/findings?${query}"><strong>${counts.total.toLocaleString('en-GB')}</strong> in all</a></li>
${kinds.map((kind) => html`<li class="tone-${kind}"><a href="/findings?${query}&amp;kind=${kind}"><strong>${counts[kind].toLocaleString('en-GB')}</strong> ${kindsOf(kind)}</a></li>\n`)}</ul>
${tables.map((table) => drawTable(table))}
${chartNote}
<p class="note">${countCaveats[0]}</p>
${drawTakeAway({
  publicUrl: site.publicUrl,
  api: `/v1/${path}/${id}`,
  files: [
    ['Findings, CSV', `/v1/findings.csv?${query}&download=true`],
    ['Findings, Excel', `/v1/findings.xlsx?${query}&download=true`],
    ['Findings, JSON', `/v1/findings.json?${query}&download=true`],
  ],
  citation: answer.citation,
  permalink: answer.permalink.slice(site.publicUrl.length),
})}
${drawCaveats(answer.caveats)}`,
  }
}

function drawCode({ id, broader }: Code, { codes }: Edition, path: 'agencies' | 'themes'): SafeHtml {
  const above = codes[path].find((one) => one.id === broader)
  const below = codes[path].filter((one) => one.broader === id)
  const list = (label: string, found: readonly Code[]) =>
    found.length === 0
      ? ''
      : html`<div><dt>${label}</dt><dd><ul class="codes">${found.map((one) => html`<li>${linked(`/${path}/${one.id}`, one.label)}</li>`)}</ul></dd></div>\n`
  return html`<dl class="facts">
${list('Belongs to', above === undefined ? [] : [above])}${list('Includes', below)}<div><dt>Code</dt><dd><code>${id}</code></dd></div>
</dl>`
}

function drawArea(area: Area, { codes }: Edition): SafeHtml {
  const inspections = codes.inspections.filter((one) => one.area === area.id)
  return html`<dl class="facts">
${inspections.map((inspection) => {
  const letter = codes.publications.find(({ id }) => id === inspection.letter)
  return html`<div><dt>Inspected</dt><dd>${daysOf(inspection.fieldwork_start, inspection.fieldwork_end)}</dd></div>
<div><dt>Letter</dt><dd>${letter === undefined ? '' : html`<a href="${letter.url}" rel="noreferrer">${dayOf(inspection.published_on)} (PDF${letter.pages === null ? '' : `, ${plural(letter.pages, 'page')}`})</a>`}</dd></div>
${inspection.response_lead === null ? '' : html`<div><dt>Written response</dt><dd>led by ${linked(`/agencies/${inspection.response_lead}`, codeLabel(codes.agencies, inspection.response_lead))}${inspection.response_due_on === null ? '' : `, due ${dayOf(inspection.response_due_on)}`}</dd></div>\n`}`
})}<div><dt>Police force</dt><dd>${area.police_force}</dd></div>
<div><dt>Region</dt><dd><a href="/findings?region=${area.region}">${area.region_name}</a></dd></div>
<div><dt>GSS code</dt><dd><code>${area.gss_code}</code></dd></div>
</dl>`
}

/** A table of counts with a bar beside each: rows in the order of their code list, those without a finding left out. */
function drawTable(table: Crosstab): SafeHtml {
  const rows = table.row_values
    .map((row) => ({ ...row, cells: table.cells.filter((cell) => cell.row === row.id) }))
    .filter(({ count }) => count > 0)
  const largest = Math.max(0, ...rows.flatMap(({ cells }) => cells.map(({ count }) => count)))
  const title = `By ${table.rows}`
  if (rows.length === 0) return html``
  return html`<section aria-labelledby="by-${table.rows}">
<h2 id="by-${table.rows}">${title}</h2>
<p>${plural(table.total.count, 'finding')} in ${plural(rows.length, table.rows, Reflect.get(plurals, table.rows))}; opening summaries and national findings are left out.</p>
<table class="bars">
<thead><tr><th scope="col">${labelOfRows(table.rows)}</th>${table.col_values.map(({ label }) => html`<th scope="col" class="bars__value">${label}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ id, label, cells }) =>
    html`<tr><th scope="row">${pageOf(table.rows, id, label)}</th>${cells.map(
      ({ col, count, url }) =>
        html`<td class="bars__value" data-label="${labelOf(col ?? '')}"><a href="${url}">${count}</a>${drawBar(count, largest, col ?? '')}</td>`,
    )}</tr>\n`,
)}</tbody>
</table>
</section>`
}

const labelOfRows = (rows: Crosstab['rows']): string => `${rows.slice(0, 1).toUpperCase()}${rows.slice(1)}`

const pageOf = (rows: Crosstab['rows'], id: string | null, label: string): SafeHtml | string =>
  rows in plurals && id !== null ? linked(`/${Reflect.get(plurals, rows)}/${id}`, label) : label
