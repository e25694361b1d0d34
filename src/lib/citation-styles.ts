// Citations in the styles reference managers read. Pure.
import { type Cited, citeInOneLine, describeWork } from './citation.ts'
import { mediaTypes } from './formats.ts'

interface Style {
  readonly mediaType: string
  readonly format: (cited: Cited) => string | Promise<string>
}

export const citationStyles = {
  text: { mediaType: mediaTypes['.txt'], format: (cited) => `${citeInOneLine(cited)}\n` },
  bibtex: {
    mediaType: mediaTypes['.bib'],
    format: async (cited) => `${(await formatWork('bibtex', cited)).trimEnd()}\n`,
  },
  ris: {
    mediaType: mediaTypes['.ris'],
    format: async (cited) => unwrap(await formatWork('ris', cited)),
  },
  'csl-json': {
    mediaType: 'application/vnd.citationstyles.csl+json',
    format: (cited) => JSON.stringify([describeWork(cited)]),
  },
} as const satisfies Record<string, Style>

export type CitationStyle = keyof typeof citationStyles

async function formatWork(style: 'bibtex' | 'ris', cited: Cited): Promise<string> {
  const { plugins } = await import('./citation-plugins.ts') // on first use: they are slow to load
  return plugins.output.format(style, [describeWork(cited)])
}

// The plugin breaks values after 70 characters; readers of RIS take the rest of an address for a line they do not know.
const unwrap = (ris: string): string =>
  `${ris.replaceAll(/\n(?![A-Z][A-Z0-9] {2}- )/g, '').replaceAll('\n', '\r\n')}\r\n`
