// What must hold between published_from and published_to. Pure.
import type { ParameterError } from '../errors.ts'

/** The mistake of a range that ends before it begins; none where an end is open. */
export const checkDateRange = (from: string | undefined, to: string | undefined): ParameterError[] =>
  from === undefined || to === undefined || from <= to
    ? []
    : [
        {
          parameter: 'published_to',
          detail: `It is before published_from, ${from}.`,
          allowed: [`${from} or later`],
        },
      ]
