// One number as a bar, to stand beside it in a table. Pure: presentation attributes only, no style, no script.
import { html, type SafeHtml } from '@remix-run/html-template'
import { scaleLinear } from 'd3-scale'

/** A bar as wide, in percent of its place, as the value is of the largest one. `tone` names its colour. */
export function drawBar(value: number, largest: number, tone: string): SafeHtml {
  const width = scaleLinear([0, Math.max(largest, 1)], [0, 100])(value)
  return html`<svg class="bar tone-${tone}" width="100%" height="10" aria-hidden="true" focusable="false"><rect class="bar__track" width="100%" height="10"/><rect width="${round(width)}%" height="10" fill="currentColor"/></svg>`
}

const round = (percent: number): string => String(Number(percent.toFixed(2)))
