// What search engines ask for: robots.txt and the map of all pages.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { html } from '@remix-run/html-template'
import { listIds } from '../resources/findings/findings.query.ts'
import type { ExplorerOptions } from './options.ts'

// A sitemap holds 50,000 addresses; a data set with more findings than this needs several.
const mostFindings = 49_000

// Pages are for search engines, data is for programs: the sitemap and the links of the pages lead to every finding.
const robots = (publicUrl: string): string => `User-agent: *
Disallow: /v1/
Sitemap: ${publicUrl}/sitemap.xml
`

export const sitemapRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (app, { db, site }) => {
  const { publicUrl } = site
  app.get(
    '/robots.txt',
    { config: { varies: 'build', mediaType: 'text/plain' }, schema: { hide: true } },
    async (_request, reply) => {
      reply.type('text/plain; charset=utf-8')
      return robots(publicUrl)
    },
  )

  app.get(
    '/sitemap.xml',
    { config: { varies: 'release', mediaType: 'application/xml' }, schema: { hide: true } },
    async ({ scope: { edition } }, reply) => {
      const { areas, agencies, themes } = edition.codes
      const paths = [
        ...['/', '/findings', '/areas', '/agencies', '/themes', '/about', '/releases'],
        ...areas.map(({ id }) => `/areas/${id}`),
        ...agencies.map(({ id }) => `/agencies/${id}`),
        ...themes.map(({ id }) => `/themes/${id}`),
        ...(await listIds(db, edition, mostFindings)).map((id) => `/findings/${id}`),
      ]
      const day = edition.release.released_at.slice(0, 10)
      const map = html`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${paths.map((path) => html`<url><loc>${publicUrl}${path}</loc><lastmod>${day}</lastmod></url>\n`)}</urlset>
`
      reply.type('application/xml; charset=utf-8')
      return String(map)
    },
  )
}
