// `/`.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { canonicalQuery, type Query, withQuery } from '../../lib/canonical-query.ts'
import type { Kind } from '../../lib/vocabulary.ts'
import type { CrosstabQuery } from '../../resources/findings/counts.schema.ts'
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
      const kinds: Kind[] = ['strength', 'area_for_improvement']
      const asked: Record<'heatmap' | 'letters', CrosstabQuery> = {
        heatmap: {
          ...{ rows: 'theme', cols: 'agency', ...chartFilters },
          kind: kinds.filter((kind) => shown === 'both' || kind === shown),
        },
        letters: { rows: 'area', cols: 'kind', measure: 'findings', ...chartFilters, kind: kinds },
      }
      const [service, heatmap, letters] = await Promise.all([
        getService(db, edition, site.publicUrl),
        countCrosstab(db, edition, asked.heatmap, ''),
        countCrosstab(db, edition, asked.letters, ''),
      ])
      const tableOf = (query: Query) => withQuery('/v1/findings/crosstab.csv', canonicalQuery(query))
      const tables = { heatmap: tableOf(asked.heatmap), letters: tableOf(asked.letters) }
      return sendPage(reply, homePage({ edition, service, heatmap, shown, letters, tables }, site), site)
    },
  )
}
