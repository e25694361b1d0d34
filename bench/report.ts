// How a benchmark tells its figures: a line for people, and a line of JSON where BENCH_JSON names a file to add it to.
import { appendFileSync } from 'node:fs'

export interface Figure {
  readonly name: string
  /** The median of the rounds. */
  readonly value: number
  readonly unit: string
  /** What is asked of it; absent: it is only told. */
  readonly bar?: number
  readonly direction?: 'at least' | 'at most'
  /** The least and the most of the rounds. */
  readonly spread?: readonly [number, number]
  readonly rounds?: number
}

export function report(figure: Figure): void {
  process.stdout.write(`${lineOf(figure)}\n`)
  const file = process.env.BENCH_JSON
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}

/** Of the values of several rounds, what a figure says of them. */
export function summarise(values: readonly number[]): Pick<Figure, 'value' | 'spread' | 'rounds'> {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  const [least = Number.NaN, most = least] = [sorted[0], sorted.at(-1)]
  return { value: (low + high) / 2, spread: [least, most], rounds: values.length }
}

/** Whether it is what is asked of it; null where nothing is. */
export function isMet({ value, bar, direction = 'at least' }: Figure): boolean | null {
  if (bar === undefined) return null
  return direction === 'at least' ? value >= bar : value <= bar
}

function lineOf(figure: Figure): string {
  const { name, value, unit, bar, direction = 'at least', spread, rounds } = figure
  const parts = [
    `${name.padEnd(58)} ${formatValue(value)} ${unit}`,
    ...(spread === undefined ? [] : [`(${spread.map(formatValue).join(' to ')}, ${rounds ?? '?'} rounds)`]),
    ...(bar === undefined
      ? []
      : [`asked: ${direction} ${formatValue(bar)}, ${isMet(figure) ? 'met' : 'NOT MET'}`]),
  ]
  return parts.join('  ')
}

/** Three digits that say something, or all there are before the point. */
export const formatValue = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
