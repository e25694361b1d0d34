// `/`.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { countCrosstab } from '../../resources/findings/crosstab.query.ts'
import { getService } from '../../resources/service/service.query.ts'
import { sendPage } from '../frame/page.ts'
import { chartFilters } from '../frame/parts.ts'
import type { ExplorerOptions } from '../options.ts'
import { tidyQuery } from '../tidy-query.ts'
import { homePage } from './home.page.ts'
import { HomeQuery } from './home.schema.ts'

export const homeRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (app, { db, site }) => {
  app.get(
    '/',
    {
      config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' },
      schema: { hide: true, querystring: HomeQuery },
      onRequest: tidyQuery(HomeQuery, 'drop'),
    },
    async ({ query: { show: shown = 'area_for_improvement' }, scope: { edition } }, reply) => {
      const kinds = ['strength', 'area_for_improvement'] as const
      const kind = kinds.filter((one) => shown === 'both' || one === shown)
      const [service, heatmap, letters] = await Promise.all([
        getService(db, edition, site.publicUrl),
        countCrosstab(db, edition, { rows: 'theme', cols: 'agency', ...chartFilters, kind }, ''),
        countCrosstab(
          db,
          edition,
          { rows: 'area', cols: 'kind', measure: 'findings', ...chartFilters, kind: [...kinds] },
          '',
        ),
      ])
      return sendPage(reply, homePage({ edition, service, heatmap, shown, letters }, site), site)
    },
  )
}
