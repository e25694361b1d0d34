// The style, the script, the icon and the picture of the pages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const files = [
  ['explorer.css', 'text/css', 'text/css; charset=utf-8'],
  ['explorer.js', 'text/javascript', 'text/javascript; charset=utf-8'],
  ['icon.svg', 'image/svg+xml', 'image/svg+xml; charset=utf-8'],
  ['preview.png', 'image/png', 'image/png'],
] as const

export async function assetRoutes(app: FastifyInstance): Promise<void> {
  for (const [name, mediaType, contentType] of files) {
    const body = readFileSync(join(import.meta.dirname, 'assets', name))
    app.get(
      `/${name}`,
      { config: { varies: 'build', mediaType }, schema: { hide: true } },
      async (_request, reply) => {
        reply.type(contentType)
        return body
      },
    )
  }
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/icon.svg', 308),
  )
}
