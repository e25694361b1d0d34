// How an answer is cited: the one description every style is made from, and the line of text in `meta.citation`. Pure.
import { createHash } from 'node:crypto'
import { licence, serviceName } from './about.ts'

/** What the data set holds: its title. */
export const subject =
  'Findings of joint targeted area inspections of the response to children living with domestic abuse'

/** What is cited: an address under a release, which stays what it is. */
export interface Cited {
  readonly release: { readonly version: string; readonly released_at: string }
  readonly permalink: string
}

/** The cited data set in CSL-JSON, the form reference managers exchange. */
export function describeWork({ release, permalink }: Cited) {
  const hash = createHash('sha256').update(permalink).digest('hex').slice(0, 8)
  return {
    id: `jtai-${release.version}-${hash}`, // RIS holds 20 characters of it
    type: 'dataset',
    title: subject,
    author: [{ literal: serviceName }],
    publisher: serviceName,
    issued: { 'date-parts': [[Number(release.released_at.slice(0, 4))]] },
    version: release.version,
    URL: permalink,
    note: `Data set ${release.version}. Licence: ${licence.name}, ${licence.url}`,
  }
}

/** One line, for example for a footnote. */
export function citeInOneLine(cited: Cited): string {
  const { author, issued, title, version, URL } = describeWork(cited)
  const names = author.map(({ literal }) => literal).join(', ')
  return `${names} (${issued['date-parts'].flat().join('-')}). ${title}, data set ${version}. ${URL} (${licence.name})`
}
