// Any web page may read this API: CORS, and the other headers every answer carries.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

const exposedHeaders = [
  'ETag',
  'Link',
  'Last-Modified',
  'Retry-After',
  'Dataset-Release',
  'Request-Id',
  'Deprecation',
  'Sunset',
]

export async function allowEveryOrigin(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') reply.header('Allow', 'GET, HEAD, OPTIONS')
    reply
      .header('Request-Id', request.id)
      .header('Vary', 'accept-encoding')
      .header('Cross-Origin-Resource-Policy', 'cross-origin')
      .header('X-Content-Type-Options', 'nosniff')
      .header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    exposedHeaders,
    maxAge: 86_400,
    strictPreflight: false,
  })
}
