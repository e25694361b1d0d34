// /areas and /areas/{id}.
import { recordRoutes } from '../record-routes.ts'
import { listAreas } from './areas.query.ts'
import { Area } from './areas.schema.ts'

export const areaRoutes = recordRoutes({
  path: 'areas',
  entity: 'area',
  schema: Area,
  list: {
    operationId: 'listAreas',
    summary: 'List the areas',
    description: 'Every area inspected, in order of inspection, with its codes and counts of findings.',
  },
  item: {
    operationId: 'getArea',
    summary: 'Get an area',
    description: 'One area by its identifier.',
  },
  load: (db, { edition, base }) => listAreas(db, edition, base),
})
