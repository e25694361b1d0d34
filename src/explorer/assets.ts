// The style, the script and the icon of the pages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const files = [
  ['explorer.css', 'text/css'],
  ['explorer.js', 'text/javascript'],
  ['icon.svg', 'image/svg+xml'],
] as const

export async function assetRoutes(app: FastifyInstance): Promise<void> {
  for (const [name, mediaType] of files) {
    const body = readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')
    app.get(
      `/${name}`,
      { config: { varies: 'build', mediaType }, schema: { hide: true } },
      async (_request, reply) => reply.type(`${mediaType}; charset=utf-8`).serializer(String).send(body),
    )
  }
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/icon.svg', 308),
  )
}
