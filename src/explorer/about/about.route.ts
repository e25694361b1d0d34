// /about: origin, method, limits, licence, citation, accessibility, contact.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { describeAnswer } from '../../lib/answers.ts'
import { getService } from '../../resources/service/service.query.ts'
import { sendPage } from '../frame/page.ts'
import type { ExplorerOptions } from '../options.ts'
import { aboutPage } from './about.page.ts'

export const aboutRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (app, { db, site }) => {
  app.get(
    '/about',
    { config: { varies: 'release', mediaType: 'text/html' }, schema: { hide: true } },
    async ({ scope }, reply) => {
      const { edition, release } = scope
      const address = `${site.publicUrl}/v1/findings`
      const pinnedAddress = `${site.publicUrl}/v1/releases/${release.version}/findings`
      const answer = describeAnswer({ release, address, pinnedAddress, query: '' })
      return sendPage(reply, aboutPage(await getService(db, edition, ''), edition, answer, site), site)
    },
  )
}
