// The wire shape of an area.
import { type Static, Type } from 'typebox'
import { AreaRecord } from '../../dataset/records.ts'
import { Counts, component, Links, ref } from '../../lib/answers.schema.ts'

export const Area = component(
  'Area',
  Type.Object(
    { ...AreaRecord.properties, counts: ref(Counts), links: ref(Links) },
    { description: 'A local authority area that was inspected, with its codes at the time.' },
  ),
)
export type Area = Static<typeof Area>
