// The wire shape of a code of the agency list and of the theme list.
import { type Static, Type } from 'typebox'
import { AgencyRecord, ThemeRecord } from '../../dataset/records.ts'
import { Counts, component, Links, ref } from '../../lib/answers.schema.ts'

const answered = { counts: ref(Counts), links: ref(Links) }
const rolledUp = '`counts` and `links.findings` include the narrower codes.'

export const Agency = component(
  'Agency',
  Type.Object(
    { ...AgencyRecord.properties, ...answered },
    { description: `A code of the agency list. ${rolledUp}` },
  ),
)
export const Theme = component(
  'Theme',
  Type.Object(
    { ...ThemeRecord.properties, ...answered },
    { description: `A code of the theme list. ${rolledUp}` },
  ),
)
export type Code = Static<typeof Agency>
