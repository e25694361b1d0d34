// /publications and /publications/{id}.
import { recordRoutes } from '../record-routes.ts'
import { checkPublications, listPublications, selectPublications } from './publications.query.ts'
import { Publication, PublicationsQuery } from './publications.schema.ts'

export const publicationRoutes = recordRoutes({
  path: 'publications',
  entity: 'publication',
  schema: Publication,
  list: {
    operationId: 'listPublications',
    summary: 'List the publications',
    description:
      'Every dated document cited. `type=inspection_letter&sort=published_on` is the timeline of the letters.',
    query: PublicationsQuery,
  },
  item: {
    operationId: 'getPublication',
    summary: 'Get a publication',
    description: 'One publication by its identifier.',
  },
  load: (db, { edition, base }) => listPublications(db, edition, base),
  check: checkPublications,
  select: selectPublications,
})
