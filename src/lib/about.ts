// What every answer says of itself: name, licence, attribution and caveats. Pure.

import { sections } from './vocabulary.ts'

export const serviceName = 'JTAI Findings API'

export const licence = {
  id: 'OGL-UK-3.0',
  name: 'Open Government Licence v3.0',
  url: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
} as const

export const attribution =
  'Contains public sector information from the inspection letters of Ofsted, the Care Quality Commission, HM Inspectorate of Constabulary and HM Inspectorate of Probation, licensed under the Open Government Licence v3.0.'

export const caveats = [
  'Counts are counts of statements in narrative letters, not measures of how common a problem is: the letters are ungraded, differ in length and style, and rank nobody.',
  'The areas were chosen by the inspectorates for a purpose; they do not represent England.',
  `The opening summary of a letter repeats points made again in its bullets: to count without it, ask for section=${sections.filter((section) => section !== 'summary').join(',')}.`,
  'Agencies include those that receive information or referrals, not only those a finding praises or criticises.',
  'The body of the 2017 overview report could not be read: national findings come from its title page, from later texts of Ofsted and from press that quotes it.',
  'Findings are summaries in our own words; page links lead to the letters, which alone are authoritative.',
] as const

/** What must be said where a table of findings is taken apart. */
export const countingNote =
  "Several agencies or themes of a finding stand in one cell, joined by ';'. Once they are split into rows, a finding has several: to count findings, count distinct id."

/** What must be said beside the caveats where findings are counted by agency or theme. */
export const countCaveats = [
  'A finding with several agencies or themes counts once under each of them: rows, columns and values overlap, and only the totals count each finding or inspection once.',
] as const
