// The wire shape of the service document.
import { type Static, Type } from 'typebox'
import { InspectorateRecord, ProgrammeRecord } from '../../dataset/records.ts'
import { Counts, component, ref } from '../../lib/answers.schema.ts'
import { date, nullable } from '../../lib/schema.ts'
import { Release } from '../releases/releases.schema.ts'

const url = (description: string) => Type.String({ format: 'uri', description })
const integer = (description: string) => Type.Integer({ minimum: 0, description })

export const Service = component(
  'Service',
  Type.Object(
    {
      name: Type.String({ description: 'Name of the service.' }),
      description: Type.String({ description: 'What it serves.' }),
      coverage: Type.Object(
        {
          areas: integer('Number of areas.'),
          inspections: integer('Number of inspections.'),
          publications: integer('Number of publications.'),
          agencies: integer('Codes in the agency list.'),
          themes: integer('Codes in the theme list.'),
          first_letter_on: nullable(date(), 'Date of the earliest letter; null where there is none.'),
          last_letter_on: nullable(date(), 'Date of the latest letter; null where there is none.'),
        },
        { description: 'What the current release covers.' },
      ),
      counts: ref(Counts),
      release: ref(Release),
      programmes: Type.Array(ProgrammeRecord, { description: 'The rounds of inspections.' }),
      inspectorates: Type.Array(InspectorateRecord, { description: 'The bodies that inspect.' }),
      links: Type.Object(
        {
          self: url('This document.'),
          areas: url('The areas.'),
          inspections: url('The inspections.'),
          publications: url('The publications.'),
          timeline: url('The letters by date.'),
          agencies: url('The code list of agencies.'),
          themes: url('The code list of themes.'),
          findings: url('The findings.'),
          findings_csv: url('All findings as CSV.'),
          findings_xlsx: url('All findings as a spreadsheet.'),
          facets: url('How many findings each value of each dimension has.'),
          crosstab: url(
            'Agencies by themes: in how many inspections. Other dimensions by `rows` and `cols`.',
          ),
          citation: url('How to cite the findings. Any other address by `url`.'),
          releases: url('The releases.'),
          files: url('The ready-made files of the current release.'),
          changes: url('What each release changed, record by record.'),
          changes_feed: url('The same for feed readers, as Atom.'),
          openapi: url('The contract, OpenAPI 3.1 as JSON.'),
          docs: url('The reference, for people.'),
        },
        { description: 'Addresses of everything there is.' },
      ),
    },
    { description: 'Where to begin: coverage, current release and links to everything.' },
  ),
)
export type Service = Static<typeof Service>
