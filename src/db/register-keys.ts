// The values a finding of a register counts under in a dimension: what every count is grouped by. Pure.
import type { Column, Links } from './register.ts'

export interface Keys {
  /** The values of the dimension; null for the findings that have none. */
  readonly keys: readonly (string | null)[]
  /** Writes the places in `keys` of the values of a finding from the start of `into`, each once; returns how many. */
  readonly read: (at: number, into: Uint16Array) => number
}

/** A finding counts under what the value it has is counted as. */
export function columnKeys(
  { values, of }: Column,
  keyOf: (value: string) => string | null = (value) => value,
): Keys {
  const each = [null, ...values.map(keyOf)]
  const keys = [...new Set(each)]
  const places = Uint16Array.from(each, (key) => keys.indexOf(key))
  return {
    keys,
    read: (at, into) => {
      into[0] = places[of[at] ?? 0] ?? 0
      return 1
    },
  }
}

/** A code as it stands in the data, and a value it is counted under. */
interface CodePair {
  readonly code: string
  readonly id: string
}

/** A finding counts under every value that one of its codes is paired with. */
export function linkKeys({ values, starts, codes }: Links, pairs: readonly CodePair[]): Keys {
  const keys = [...new Set(pairs.map(({ id }) => id))]
  const places = ['', ...values].map((value) =>
    pairs.filter(({ code }) => code === value).map(({ id }) => keys.indexOf(id)),
  )
  return {
    keys,
    read: (at, into) => {
      let count = 0
      const end = starts[at + 1] ?? 0
      for (let link = starts[at] ?? 0; link < end; link += 1) {
        for (const place of places[codes[link] ?? 0] ?? []) {
          let known = 0
          while (known < count && into[known] !== place) known += 1
          if (known < count) continue
          into[count] = place
          count += 1
        }
      }
      return count
    },
  }
}
