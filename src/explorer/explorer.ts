// The table of contents of the explorer: pages for people, made from the same queries as the API.
import type { FastifyError, FastifyInstance } from 'fastify'
import { setCacheHeaders } from '../http/caching.ts'
import { logProblem, sendProblem, toProblem } from '../http/problems.ts'
import { findScope } from '../http/scope.ts'
import { aboutRoutes } from './about/about.route.ts'
import { findingRoutes } from './finding/finding.route.ts'
import { findingsRoutes } from './findings/findings.route.ts'
import { sendProblemPage } from './frame/problem.page.ts'
import { homeRoutes } from './home/home.route.ts'
import type { ExplorerOptions } from './options.ts'
import { recordRoutes } from './records/records.route.ts'
import { releaseRoutes } from './releases/releases.route.ts'
import { sitemapRoutes } from './sitemap.ts'

export async function explorer(app: FastifyInstance, options: ExplorerOptions): Promise<void> {
  const { catalogue, site } = options
  const { publicUrl, build, contact } = site
  // A page shows what one address of the API answers: that is its scope, and where its citation leads.
  app.addHook('preHandler', async (request) => {
    const [path = '/'] = (request.raw.url ?? '/').split('?')
    const { asked: query = {}, routeOptions } = request
    request.scope = await findScope(
      {
        path: path === '/' ? '/v1' : `/v1${path}`,
        version: null,
        query,
        querySchema: routeOptions.schema?.querystring,
      },
      { catalogue, publicUrl },
    )
  })
  setCacheHeaders(app, { publicUrl, build: `${build} ${contact}` })
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toProblem(error, request)
    logProblem(request, known, error)
    const isData = known.problem === 'bad-request' || request.type(['text/html']) === false
    if (isData) return sendProblem(known, request, reply, publicUrl)
    return sendProblemPage(known, request, reply, site)
  })
  await app.register(homeRoutes, options)
  await app.register(findingsRoutes, options)
  await app.register(findingRoutes, options)
  await app.register(recordRoutes, options)
  await app.register(releaseRoutes, options)
  await app.register(aboutRoutes, options)
  await app.register(sitemapRoutes, options)
}
