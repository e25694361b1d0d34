// /inspections and /inspections/{id}.
import { recordRoutes } from '../record-routes.ts'
import { listInspections } from './inspections.query.ts'
import { Inspection } from './inspections.schema.ts'

export const inspectionRoutes = recordRoutes({
  path: 'inspections',
  entity: 'inspection',
  schema: Inspection,
  list: {
    operationId: 'listInspections',
    summary: 'List the inspections',
    description: 'Every inspection in order of fieldwork, with its dates, letter and counts of findings.',
  },
  item: {
    operationId: 'getInspection',
    summary: 'Get an inspection',
    description: 'One inspection by its identifier.',
  },
  load: (db, { edition, base }) => listInspections(db, edition, base),
})
