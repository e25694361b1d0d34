// Counts by two dimensions as a table whose cells are coloured in a few steps and lead to what was counted. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import { scaleQuantize } from 'd3-scale'
import type { Crosstab } from '../../resources/findings/counts.schema.ts'

interface Options {
  readonly crosstab: Crosstab
  readonly caption: string
  /** Most a cell can hold: the number of inspections. */
  readonly most: number
  /** The page of a row or column. */
  readonly pageOfRow: (id: string) => string
  readonly pageOfCol: (id: string) => string
}

/** Classes of colour: 0 for none, then four steps of equal width up to the most there can be. */
const stepsOf = (most: number) => scaleQuantize([1, Math.max(most, 2)], [1, 2, 3, 4])

export function drawHeatmap({ crosstab, caption, most, pageOfRow, pageOfCol }: Options): SafeHtml {
  const steps = stepsOf(most)
  const stepOf = (count: number): number => (count === 0 ? 0 : steps(count))
  const width = crosstab.col_values.length
  return html`<p class="caption" id="heatmap-caption">${caption}</p>
<section class="scroll" aria-labelledby="heatmap-caption" tabindex="0">
<table class="heatmap" aria-labelledby="heatmap-caption">
<thead>
<tr><td></td>${crosstab.col_values.map(({ id, label }) => html`<th scope="col"><a href="${pageOfCol(id ?? '')}">${label}</a></th>`)}<th scope="col" class="sum">Any of them</th></tr>
</thead>
<tbody>
${crosstab.row_values.map(
  (row, at) =>
    html`<tr><th scope="row"><a href="${pageOfRow(row.id ?? '')}">${row.label}</a></th>${crosstab.cells
      .slice(at * width, (at + 1) * width)
      .map(({ count, url }) =>
        cell(count, url, stepOf(count)),
      )}<td class="sum"><a href="${row.url}">${row.count}</a></td></tr>\n`,
)}</tbody>
<tfoot>
<tr class="sum"><th scope="row">Any of them</th>${crosstab.col_values.map(({ count, url }) => html`<td><a href="${url}">${count}</a></td>`)}<td><a href="${crosstab.total.url}">${crosstab.total.count}</a></td></tr>
</tfoot>
</table>
</section>
${drawKey(steps)}`
}

const cell = (count: number, url: string, step: number): SafeHtml =>
  html`<td class="step-${step}"><a href="${url}">${count}</a></td>`

function drawKey(steps: ReturnType<typeof stepsOf>): SafeHtml {
  const whole = (step: number) => {
    const [from, to] = steps.invertExtent(step)
    const [low, high] = [Math.ceil(from), step === 4 ? Math.floor(to) : Math.ceil(to) - 1]
    return low >= high ? String(low) : `${low}–${high}`
  }
  return html`<p class="key">Inspections: ${[0, 1, 2, 3, 4].map((step) => html`<span class="key__item"><span class="swatch step-${step}"></span> ${step === 0 ? '0' : whole(step)}</span> `)}</p>`
}
