// The formats of answers by the extension that asks for them; a plain path, without one, is JSON. Pure.

export const mediaTypes = {
  '': 'application/json',
  '.json': 'application/json',
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.yaml': 'application/yaml',
  '.txt': 'text/plain',
  '.bib': 'application/x-bibtex',
  '.ris': 'application/x-research-info-systems',
  '.atom': 'application/atom+xml',
} as const

export type Extension = keyof typeof mediaTypes

/** The path without its extension, for example `/v1/findings` of `/v1/findings.csv`. */
export const stemOf = (path: string, formats: readonly Extension[]): string => {
  const extension = formats.find((one) => one !== '' && path.endsWith(one)) ?? ''
  return path.slice(0, path.length - extension.length)
}
