// Any web page may read this API, with all that an answer says of itself: CORS.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { type DescribeAnswer, exposedHeaders } from './every-answer.ts'

export async function allowEveryOrigin(app: FastifyInstance, describeAnswer: DescribeAnswer): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') reply.header('Allow', 'GET, HEAD, OPTIONS')
    describeAnswer(request, reply)
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    allowedHeaders: ['*', 'Authorization'], // which * leaves out; what a client asks for is not repeated
    exposedHeaders,
    maxAge: 86_400,
    strictPreflight: false,
  })
}
