// What each letter lists: strengths and areas for improvement by area, in order of letter date. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { dayOf } from '../../lib/dates.ts'
import type { Crosstab } from '../../resources/findings/counts.schema.ts'
import { drawBar } from '../charts/bars.ts'
import { labelOf, listInWords, plural } from '../frame/parts.ts'

const listedKinds = ['strength', 'area_for_improvement'] as const

/** The areas in order of letter date, each with how much its letters list of a kind; an area may have several. */
const areasByDate = (letters: Crosstab, { codes }: Edition) =>
  letters.row_values
    .map((area) => {
      const own = codes.inspections.filter((inspection) => inspection.area === area.id)
      return { ...area, dates: own.map(({ published_on }) => published_on).sort() }
    })
    .filter(({ dates }) => dates.length > 0)
    .sort((a, b) => ((a.dates[0] ?? '') < (b.dates[0] ?? '') ? -1 : 1))
    .map((area) => ({
      ...area,
      cells: listedKinds.map((kind) => ({ kind, ...cellOf(letters, area.id, kind) })),
    }))

const cellOf = ({ cells }: Crosstab, row: string | null, col: string) =>
  cells.find((cell) => cell.row === row && cell.col === col) ?? { count: 0, url: '/findings' }

export const summarizeLetters = ({ col_values }: Crosstab): string =>
  `Together the letters list ${listInWords(
    listedKinds.map((kind) => {
      const count = col_values.find(({ id }) => id === kind)?.count ?? 0
      return kind === 'strength'
        ? plural(count, 'strength')
        : plural(count, 'area for improvement', 'areas for improvement')
    }),
  )}. Letters differ in length and style, so a longer bar is not a better or worse area.`

export function drawLetters(letters: Crosstab, edition: Edition): SafeHtml {
  const rows = areasByDate(letters, edition)
  const largest = Math.max(...rows.flatMap(({ cells }) => cells.map(({ count }) => count)))
  return html`<table class="bars">
<thead><tr><th scope="col">Area</th><th scope="col">Published</th>${listedKinds.map((kind) => html`<th scope="col" class="bars__value">${kind === 'strength' ? 'Strengths' : 'Areas for improvement'}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ id, label, dates, cells }) =>
    html`<tr><th scope="row"><a href="/areas/${id}">${label}</a></th><td>${listInWords(dates.map(dayOf))}</td>${cells.map(
      ({ kind, count, url }) =>
        html`<td class="bars__value" data-label="${labelOf(kind)}"><a href="${url}">${count}</a>${drawBar(count, largest, kind)}</td>`,
    )}</tr>\n`,
)}</tbody>
</table>`
}
