// The list of all areas, agencies or themes: what each is and how many findings it has.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'
import { caveats, countCaveats } from '../../lib/about.ts'
import type { Counts } from '../../lib/answers.schema.ts'
import { kinds } from '../../lib/vocabulary.ts'
import type { Page } from '../frame/page.ts'
import { drawCaveats, kindsOf } from '../frame/parts.ts'

type Area = Edition['codes']['areas'][number]
type Code = Edition['codes']['agencies'][number]

/** An area, agency or theme as these pages show it. */
export type Described = (Area | Code) & { readonly counts: Counts }

export const headings = { areas: 'Areas', agencies: 'Agencies', themes: 'Themes' } as const
export type RecordPath = keyof typeof headings

const ledes = {
  areas: 'The areas inspected, in order of inspection.',
  agencies:
    'Who the findings are about. A broader agency counts the findings of the narrower ones below it, too.',
  themes: 'What the findings are about.',
} as const

export const nameOf = (record: Described): string => ('label' in record ? record.label : record.name)

/** What a record is, in a sentence. */
export const aboutOf = (record: Described): string =>
  'definition' in record ? record.definition : `${record.local_authority}, ${record.region_name}.`

export const listPage = (path: RecordPath, dimension: string, records: readonly Described[]): Page => ({
  title: headings[path],
  description: `${ledes[path]} Each with its findings of joint inspections of the response to children living with domestic abuse.`,
  address: `/${path}`,
  api: `/v1/${path}`,
  main: html`<h1>${headings[path]}</h1>
<p class="lede">${ledes[path]}</p>
<table class="bars">
<thead><tr><th scope="col">${headings[path]}</th><th scope="col">Findings</th>${kinds.map((kind) => html`<th scope="col">${capital(kindsOf(kind))}</th>`)}</tr></thead>
<tbody>
${records.map((record) => drawRow(path, dimension, record))}</tbody>
</table>
<p class="note">All findings are counted here, those of the opening summaries and the national ones too.</p>
${drawCaveats([...caveats, ...countCaveats])}`,
})

const drawRow = (path: RecordPath, dimension: string, record: Described): SafeHtml => {
  const { id, counts } = record
  const isNarrower = 'broader' in record && record.broader !== null
  const query = `${dimension}=${id}`
  return html`<tr><th scope="row"${isNarrower ? html` class="narrower"` : ''}><a href="/${path}/${id}">${nameOf(record)}</a><br><span class="quiet small">${aboutOf(record)}</span></th><td data-label="Findings"><a href="/findings?${query}">${counts.total}</a></td>${kinds.map(
    (kind) =>
      html`<td data-label="${capital(kindsOf(kind))}"><a href="/findings?${query}&amp;kind=${kind}">${counts[kind]}</a></td>`,
  )}</tr>
`
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
