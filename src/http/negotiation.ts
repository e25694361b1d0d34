// Methods and media types: only reading, and one format an address.
import accepts from '@fastify/accepts'
import type { FastifyInstance } from 'fastify'
import { problem } from '../errors.ts'
import { stemOf } from '../lib/formats.ts'

const readMethods = ['GET', 'HEAD', 'OPTIONS']

export async function negotiate(app: FastifyInstance): Promise<void> {
  await app.register(accepts)
  app.addHook('onRequest', async (request, reply) => {
    if (!readMethods.includes(request.method)) {
      throw problem('method-not-allowed', `${request.method} is not possible; GET, HEAD and OPTIONS are.`)
    }
    const hosts = request.raw.rawHeaders.filter((name, at) => at % 2 === 0 && /^host$/i.test(name)).length
    if (hosts > 1 || (hosts === 0 && request.raw.httpVersion !== '1.0')) {
      throw problem('bad-request', 'A request needs one Host header field.')
    }
    // A fragment is never sent (RFC 9112, 3.2): it would stand in the links of the answer.
    if (!/^\/[^#]*$/.test(request.raw.url ?? '') && request.method !== 'OPTIONS') {
      throw problem('bad-request', 'The target of a request is a path or a whole address.')
    }
    if (request.method === 'OPTIONS') return reply.code(204).send()
    if (request.is404) return
    const { varies, mediaType = 'application/json', formats = [], dataBelow } = request.routeOptions.config
    // The reference serves pages, styles and scripts from one route; a file says itself what it is.
    if (varies === undefined || varies === 'file') return
    if (request.type([mediaType]) === false) {
      const [path = ''] = (request.raw.url ?? '').split('?')
      const stem = stemOf(path, formats)
      const data = dataBelow === undefined ? [] : [(dataBelow + path).replace(/\/$/, '')]
      const others = [...formats.map((extension) => stem + extension).filter((one) => one !== path), ...data]
      const hint = others.length === 0 ? '' : ` In another format: ${others.join(', ')}.`
      throw problem('not-acceptable', `${path} serves ${mediaType} only.${hint}`)
    }
  })
}
