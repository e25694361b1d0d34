// How connections end at a stop: every answer says that it is the last one, and whoever sends nothing is not waited for.
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** How often it is looked which connections are over. */
const lookInterval = 100
/** After so many looks a connection that has sent nothing is closed: browsers open some to spare, and Node waits for them. */
const looksForSilent = 10
/** After so many looks what has not ended by itself is cut. */
const looksForAll = 100

export function partFromClients(app: FastifyInstance, isStopping: () => boolean): void {
  // Answers that are begun after the stop, those that are sent ahead of Fastify among them.
  app.server.prependListener('request', (_request, response) => {
    if (isStopping()) response.shouldKeepAlive = false
  })
  // Answers that were begun before it.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isStopping()) reply.raw.shouldKeepAlive = false
    done(null, payload)
  })

  const sockets = new Set<Socket>()
  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    let looks = 0
    const looking = setInterval(() => {
      if (app.server.listening) return
      looks += 1
      app.server.closeIdleConnections()
      for (const socket of sockets) {
        // By a reset, so that half an answer cannot be taken for a whole one.
        if (looks >= looksForAll) socket.resetAndDestroy()
        else if (looks >= looksForSilent && socket.bytesRead === 0) socket.destroy()
      }
      if (sockets.size === 0) clearInterval(looking)
    }, lookInterval).unref()
  })
}
