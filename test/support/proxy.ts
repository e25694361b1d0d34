// A TCP proxy before PostgreSQL that can be told to misbehave. For faults between the two.
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

export interface Proxy {
  readonly port: number
  /** Milliseconds that every piece waits, in both directions. */
  delay: number
  /** Takes connections and passes nothing on, as where packets are dropped. */
  isSilent: boolean
  /** Resets every connection there is. */
  reset(): void
}

/** Passes connections on to a Unix socket; closed when the test ends. */
export async function openProxy(t: Test, target: string): Promise<Proxy> {
  const clients = new Set<Socket>()
  const proxy = {
    port: 0,
    delay: 0,
    isSilent: false,
    reset: () => {
      for (const client of clients) client.resetAndDestroy()
    },
  }
  const pass = (from: Socket, to: Socket) => {
    let last = Promise.resolve()
    from
      .on('data', (piece) => {
        const due = Date.now() + proxy.delay
        last = last.then(async () => {
          if (due > Date.now()) await sleep(due - Date.now())
          while (proxy.isSilent && !from.destroyed) await sleep(20)
          if (to.writable) to.write(piece)
        })
      })
      .on('error', () => undefined) // its close follows
      .once('close', () => to.destroy())
  }
  const server = createServer((client) => {
    const upstream = connect(target)
    clients.add(client)
    client.once('close', () => clients.delete(client))
    pass(client, upstream)
    pass(upstream, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  proxy.port = typeof address === 'object' && address !== null ? address.port : 0
  t.teardown(() => {
    proxy.isSilent = false
    proxy.reset()
    server.close()
  })
  return proxy
}
