// Clients that hold a connection and give or take next to nothing.
import { connect } from 'node:net'

export interface Slow {
  readonly kind: 'header' | 'read'
  /** Whether the server has ended it. */
  isCut(): boolean
  /** Milliseconds it lasted, or lasts by now. */
  age(): number
  /** Whether anything came. */
  hasBegun(): boolean
  close(): void
}

/** More than the buffers of both systems hold, so that the server has to wait for the client. */
const repeats = 8

/** `header` sends a byte of its header a second; `read` asks for the target time and again and takes 64 bytes a second. */
export function openSlow(port: number, localAddress: string, kind: Slow['kind'], target: string): Slow {
  const began = Date.now()
  let cutAt: number | null = null
  let hasBegun = false
  const socket = connect({
    ...{ host: '127.0.0.1', port, localAddress },
    onread: {
      buffer: Buffer.alloc(64),
      callback: () => {
        hasBegun = true
        return kind === 'header' // false: nothing more is read for now
      },
    },
  })
  const host = 'Host: x\r\n'
  let sent = 0
  const head = `GET /v1 HTTP/1.1\r\n${host}X-Slow: ${'x'.repeat(500)}`
  if (kind === 'read') socket.write(`GET ${target} HTTP/1.1\r\n${host}\r\n`.repeat(repeats))
  const timer = setInterval(() => {
    if (kind === 'read') socket.resume()
    else if (socket.writable) socket.write(head.charAt(sent++))
  }, 1_000)
  const end = () => {
    cutAt ??= Date.now()
    clearInterval(timer)
  }
  socket.on('error', end).on('end', end).on('close', end)
  return {
    kind,
    isCut: () => cutAt !== null,
    age: () => (cutAt ?? Date.now()) - began,
    hasBegun: () => hasBegun,
    close: () => {
      clearInterval(timer)
      socket.destroy()
    },
  }
}
