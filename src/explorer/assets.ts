// The style, the script and the icon of the pages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { ExplorerOptions } from './options.ts'

const files = [
  ['explorer.css', 'text/css'],
  ['explorer.js', 'text/javascript'],
  ['icon.svg', 'image/svg+xml'],
] as const

export async function assetRoutes(app: FastifyInstance, { site }: ExplorerOptions): Promise<void> {
  for (const [name, mediaType] of files) {
    const body = readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')
    app.get(
      `/${name}`,
      { config: { varies: 'build', mediaType }, schema: { hide: true } },
      async (request, reply) => {
        // Pages ask for the file of their build, which never changes.
        if (request.raw.url?.endsWith(`?v=${site.build}`))
          reply.header('Cache-Control', 'public, max-age=31536000, immutable')
        return reply.type(`${mediaType}; charset=utf-8`).serializer(String).send(body)
      },
    )
  }
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/icon.svg', 308),
  )
}
