// Any web page may read this API: CORS, and the other headers every answer carries.
import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const exposedHeaders = [
  'ETag',
  'Link',
  'Last-Modified',
  'Content-Disposition',
  'Retry-After',
  'Dataset-Release',
  'Request-Id',
  'Deprecation',
  'Sunset',
  'Repr-Digest',
  'Accept-Ranges',
  'Content-Range',
  'Cache-Status',
  'Server-Timing',
]

export async function allowEveryOrigin(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') reply.header('Allow', 'GET, HEAD, OPTIONS')
    setCommonHeaders(request, reply)
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    exposedHeaders,
    maxAge: 86_400,
    strictPreflight: false,
  })
}

/** What every answer carries, also one that is refused before any hook runs. */
export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply
    .header('Access-Control-Allow-Origin', '*')
    .header('Access-Control-Expose-Headers', exposedHeaders.join(', '))
    .header('Request-Id', request.id)
    .header('Vary', 'accept-encoding')
    .header('Cross-Origin-Resource-Policy', 'cross-origin')
    .header('X-Content-Type-Options', 'nosniff')
    .header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
}
