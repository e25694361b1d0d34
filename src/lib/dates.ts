// Dates for people. Pure.

const inFull = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `2016-10-28` gives `28 October 2016`. */
export const dayOf = (date: string): string => inFull.format(new Date(date))

/** `2016-10-28` gives `October 2016`. */
export const monthOf = (date: string): string => month.format(new Date(date))

/** `2016-09-12` and `2016-09-16` give `12 to 16 September 2016`: what both share is said once. */
export const daysOf = (from: string, to: string): string =>
  inFull.formatRange(new Date(from), new Date(to)).replace(/\s*–\s*/, ' to ')
