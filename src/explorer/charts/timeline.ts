// When each area was inspected and when its letter came out, on one scale of time. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import { scaleUtc } from 'd3-scale'
import { dayOf, daysOf, monthOf } from '../../lib/dates.ts'

/** A document and, where it has one, the fieldwork it reports on. */
export interface Event {
  readonly name: string
  readonly href: string
  readonly fieldwork: { readonly from: string; readonly to: string } | null
  readonly publishedOn: string
  readonly document: { readonly label: string; readonly url: string }
}

/** Work on a day ends when the next one begins. */
const nextDay = (date: string): string => new Date(Date.parse(date) + 86_400_000).toISOString()

/** A table with a strip of time in each row; the months are named above the strips. */
export function drawTimeline(events: readonly Event[]): SafeHtml {
  const days = events.flatMap(({ fieldwork, publishedOn }) => [fieldwork?.from ?? publishedOn, publishedOn])
  const [first = '', last = ''] = [days.toSorted().at(0), days.toSorted().at(-1)]
  const scale = scaleUtc([new Date(first), new Date(last)], [2, 98])
  const at = (date: string): string => `${Number(scale(new Date(date)).toFixed(2))}%`
  const ticks = scale.ticks(4).map((tick) => tick.toISOString().slice(0, 10))
  const lines = ticks.map((tick) => html`<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y2="100%"/>`)

  const strip = ({ name, fieldwork, publishedOn }: Event) =>
    html`<svg class="strip" width="100%" height="28" aria-hidden="true" focusable="false"><title>${name}</title>${lines}${
      fieldwork === null
        ? ''
        : html`<line class="wait" x1="${at(fieldwork.from)}" x2="${at(publishedOn)}" y1="50%" y2="50%"/><line class="fieldwork" x1="${at(fieldwork.from)}" x2="${at(nextDay(fieldwork.to))}" y1="50%" y2="50%"/>`
    }<circle class="letter" cx="${at(publishedOn)}" cy="50%" r="6"/></svg>`

  return html`<table class="timeline">
<thead>
<tr><th scope="col">Area or report</th><th scope="col">Inspected</th><th scope="col">Published</th><td class="timeline__strip"><svg class="strip" width="100%" height="20" aria-hidden="true" focusable="false">${ticks.map((tick) => html`<text x="${at(tick)}" y="14" text-anchor="middle">${monthOf(tick).replace(/^(\w{3})\w*/, '$1')}</text>`)}</svg></td></tr>
</thead>
<tbody>
${events.map(
  (event) => html`<tr>
<th scope="row"><a href="${event.href}">${event.name}</a></th>
<td>${event.fieldwork === null ? html`<span class="quiet">–</span>` : daysOf(event.fieldwork.from, event.fieldwork.to)}</td>
<td><a href="${event.document.url}" rel="noreferrer">${dayOf(event.publishedOn)}<span class="hidden">: ${event.document.label}</span></a></td>
<td class="timeline__strip">${strip(event)}</td>
</tr>
`,
)}</tbody>
</table>
<p class="key"><span class="key__item"><svg width="14" height="14" aria-hidden="true" focusable="false"><line class="fieldwork" x1="4" x2="10" y1="7" y2="7"/></svg> inspectors on site</span> <span class="key__item"><svg width="22" height="14" aria-hidden="true" focusable="false"><line class="wait" x1="0" x2="22" y1="7" y2="7"/></svg> until the letter</span> <span class="key__item"><svg width="14" height="14" aria-hidden="true" focusable="false"><circle class="letter" cx="7" cy="7" r="6"/></svg> document published</span></p>`
}
