// The wire shape of an inspection.
import { type Static, Type } from 'typebox'
import { InspectionRecord } from '../../dataset/records.ts'
import { Counts, component, Links, ref } from '../../lib/answers.schema.ts'

export const Inspection = component(
  'Inspection',
  Type.Object(
    { ...InspectionRecord.properties, counts: ref(Counts), links: ref(Links) },
    { description: 'One area inspected in one programme: fieldwork, letter, and who answers it by when.' },
  ),
)
export type Inspection = Static<typeof Inspection>
