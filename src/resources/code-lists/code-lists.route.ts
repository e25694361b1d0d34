// /agencies, /themes and one code of each.
import { recordRoutes } from '../record-routes.ts'
import { listAgencies, listThemes } from './code-lists.query.ts'
import { Agency, Theme } from './code-lists.schema.ts'

export const agencyRoutes = recordRoutes({
  path: 'agencies',
  entity: 'agency',
  schema: Agency,
  list: {
    operationId: 'listAgencies',
    summary: 'List the agencies',
    description:
      'The code list of agencies in its order, with definitions, broader codes and counts of findings.',
  },
  item: { operationId: 'getAgency', summary: 'Get an agency', description: 'One agency by its code.' },
  load: (db, { edition, base }) => listAgencies(db, edition, base),
})

export const themeRoutes = recordRoutes({
  path: 'themes',
  entity: 'theme',
  schema: Theme,
  list: {
    operationId: 'listThemes',
    summary: 'List the themes',
    description:
      'The code list of themes in its order, with definitions, broader codes and counts of findings.',
  },
  item: { operationId: 'getTheme', summary: 'Get a theme', description: 'One theme by its code.' },
  load: (db, { edition, base }) => listThemes(db, edition, base),
})
