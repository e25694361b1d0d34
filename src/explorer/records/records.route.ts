// /areas, /agencies and /themes, and each /{id} of them: two kinds of page for the three.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { describeAnswer } from '../../lib/answers.ts'
import { listAreas } from '../../resources/areas/areas.query.ts'
import { listAgencies, listThemes } from '../../resources/code-lists/code-lists.query.ts'
import { countCrosstab } from '../../resources/findings/crosstab.query.ts'
import { findRecord } from '../../resources/record-routes.ts'
import { sendPage } from '../frame/page.ts'
import { chartFilters } from '../frame/parts.ts'
import type { ExplorerOptions } from '../options.ts'
import { type Described, listPage } from './list.page.ts'
import { recordPage } from './records.page.ts'

const dimensions = {
  area: { path: 'areas', list: listAreas, by: ['theme', 'agency'] },
  agency: { path: 'agencies', list: listAgencies, by: ['area', 'theme'] },
  theme: { path: 'themes', list: listThemes, by: ['area', 'agency'] },
} as const

export const recordRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (app, { db, site }) => {
  for (const dimension of ['area', 'agency', 'theme'] as const) {
    const { path, list, by } = dimensions[dimension]
    app.get(
      `/${path}`,
      { config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' }, schema: { hide: true } },
      async ({ scope: { edition } }, reply) => {
        const records: readonly Described[] = await list(db, edition, '')
        return sendPage(reply, listPage(path, dimension, records), site)
      },
    )

    app.get(
      `/${path}/:id`,
      {
        config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' },
        schema: { hide: true, params: Type.Object({ id: Type.String() }) },
      },
      async ({ params: { id }, scope }, reply) => {
        const { edition } = scope
        const records: readonly Described[] = await list(db, edition, '')
        const record = await findRecord(db, scope, dimension, records, id)
        const tables = await Promise.all(
          by.map((rows) =>
            countCrosstab(
              db,
              edition,
              { rows, cols: 'kind', measure: 'findings', ...chartFilters, [dimension]: [id] },
              '',
            ),
          ),
        )
        const answer = describeAnswer(scope)
        return sendPage(reply, recordPage({ dimension, path, record, tables, edition, answer, site }), site)
      },
    )
  }
}
