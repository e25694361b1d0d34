// Citations in the styles reference managers read. Pure.
import { plugins } from '@citation-js/core'
import '@citation-js/plugin-bibtex'
import '@citation-js/plugin-ris'
import { type Cited, citeInOneLine, describeWork } from './citation.ts'
import { mediaTypes } from './formats.ts'

// Else every citation of a year has the same key, or one without its version.
Object.assign(plugins.config.get('@bibtex').format, { useIdAsLabel: true, checkLabel: false })

interface Style {
  readonly mediaType: string
  readonly format: (cited: Cited) => string
}

export const citationStyles = {
  text: { mediaType: mediaTypes['.txt'], format: (cited) => `${citeInOneLine(cited)}\n` },
  bibtex: {
    mediaType: mediaTypes['.bib'],
    format: (cited) => `${plugins.output.format('bibtex', [describeWork(cited)]).trimEnd()}\n`,
  },
  ris: {
    mediaType: mediaTypes['.ris'],
    format: (cited) => unwrap(plugins.output.format('ris', [describeWork(cited)])),
  },
  'csl-json': {
    mediaType: 'application/vnd.citationstyles.csl+json',
    format: (cited) => JSON.stringify([describeWork(cited)]),
  },
} as const satisfies Record<string, Style>

export type CitationStyle = keyof typeof citationStyles

// The plugin breaks values after 70 characters; readers of RIS take the rest of an address for a line they do not know.
const unwrap = (ris: string): string =>
  `${ris.replaceAll(/\n(?![A-Z][A-Z0-9] {2}- )/g, '').replaceAll('\n', '\r\n')}\r\n`
