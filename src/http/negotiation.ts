// Methods and media types: only reading, and one format an address.
import accepts from '@fastify/accepts'
import type { FastifyInstance } from 'fastify'
import { problem } from '../errors.ts'

const readMethods = ['GET', 'HEAD', 'OPTIONS']

export async function negotiate(app: FastifyInstance): Promise<void> {
  await app.register(accepts)
  app.addHook('onRequest', async (request, reply) => {
    if (!readMethods.includes(request.method)) {
      throw problem('method-not-allowed', `${request.method} is not possible; GET, HEAD and OPTIONS are.`)
    }
    if (request.headers.host === undefined && request.raw.httpVersion !== '1.0') {
      throw problem('bad-request', 'A request needs a Host header field.')
    }
    if (request.method === 'OPTIONS') return reply.code(204).send()
    if (request.is404) return
    const { varies, mediaType = 'application/json', alternates = [] } = request.routeOptions.config
    if (varies === undefined) return // the reference serves pages, styles and scripts from one route
    if (request.type([mediaType]) === false) {
      const path = (request.raw.url ?? '').split('?')[0]
      const others = alternates.length === 0 ? '' : ` Other formats: ${alternates.join(', ')}.`
      throw problem('not-acceptable', `${path} serves ${mediaType} only.${others}`)
    }
  })
}
