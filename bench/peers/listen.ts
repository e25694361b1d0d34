// How a peer begins to listen: on the PORT it is given, and it says so.
import type { FastifyInstance } from 'fastify'

export async function listen(app: FastifyInstance): Promise<void> {
  await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
  process.stdout.write('listening\n')
}
