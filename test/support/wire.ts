// Speaks HTTP/1.1 over a bare socket: sends any bytes, and reads what comes back strictly, one answer after another.
import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  /** Status line and header fields as they came. */
  readonly head: string
  /** By their name in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Wire {
  /** False once the server has closed. */
  isOpen(): boolean
  send(bytes: Buffer): void
  /** The next answer, to a request of this method; null where the server closes instead. Throws at anything that is none. */
  answer(method: string): Promise<Answer | null>
  /** What comes until the server closes; throws where it does not. */
  rest(): Promise<Buffer>
  /** Sends no more, and goes on reading. */
  end(): void
  close(): void
}

/** How long a server may say nothing while something is waited for. */
const longestSilence = 20_000

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [ -~]*$/
/** Printable ASCII only: whatever a client sent, it broke out of no field. */
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([ -~]*)$/

export function openWire(port: number, localAddress = '127.0.0.1'): Wire {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, allowHalfOpen: true })
  let held = Buffer.alloc(0)
  let isEnded = false
  let isSilent = false
  let wake = () => {}
  socket.on('data', (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    wake()
  })
  socket.on('error', () => undefined) // close follows
  for (const event of ['end', 'close']) {
    socket.on(event, () => {
      isEnded = true
      wake()
    })
  }
  socket.setTimeout(longestSilence, () => {
    isSilent = true
    socket.destroy()
  })

  /** Waits for more bytes; false at the end of them. */
  const more = async () => {
    const before = held.length
    while (held.length === before && !isEnded) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (isSilent) throw new Error('the server says nothing')
    return held.length > before
  }
  const take = async (length: number) => {
    while (held.length < length) if (!(await more())) throw new Error('the answer is cut')
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }
  const takeUntil = async (mark: string) => {
    let at = held.indexOf(mark)
    while (at < 0) {
      if (!(await more())) throw new Error('the answer is cut')
      at = held.indexOf(mark)
    }
    return (await take(at + mark.length)).toString('latin1').slice(0, -mark.length)
  }
  const takeAll = async () => {
    while (await more());
    return take(held.length)
  }
  const takeChunks = async () => {
    const chunks: Buffer[] = []
    for (;;) {
      const size = await takeUntil('\r\n')
      if (!/^[0-9a-f]{1,8}$/i.test(size)) throw new Error(`no size of a chunk: ${JSON.stringify(size)}`)
      const length = Number.parseInt(size, 16)
      const chunk = await take(length + 2)
      if (chunk.subarray(length).toString('latin1') !== '\r\n') throw new Error('a chunk is too long')
      if (length === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, length))
    }
  }
  const takeBody = async (method: string, status: number, headers: Answer['headers']) => {
    if (method === 'HEAD' || status === 204 || status === 304) return Buffer.alloc(0)
    if (headers['transfer-encoding'] !== undefined) return takeChunks()
    if (headers['content-length'] !== undefined) return take(Number(headers['content-length']))
    if (headers.connection !== 'close') throw new Error('nothing says how long the answer is')
    return takeAll()
  }

  return {
    isOpen: () => !isEnded && socket.writable,
    send: (bytes) => socket.write(bytes),
    answer: async (method) => {
      for (;;) {
        if (held.length === 0 && !(await more())) return null
        const head = await takeUntil('\r\n\r\n')
        const { status, headers } = readHead(head)
        if (status >= 200) return { status, head, headers, body: await takeBody(method, status, headers) }
      }
    },
    rest: takeAll,
    end: () => socket.end(),
    close: () => socket.destroy(),
  }
}

function readHead(head: string): Pick<Answer, 'status' | 'headers'> {
  const [first = '', ...lines] = head.split('\r\n')
  const status = statusLine.exec(first)?.[1]
  if (status === undefined)
    throw new Error(`no answer begins like this: ${JSON.stringify(first.slice(0, 200))}`)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name = '', value = ''] = field.exec(line) ?? []
    if (name === '') throw new Error(`no header field: ${JSON.stringify(line.slice(0, 200))}`)
    if (name.toLowerCase() in headers) throw new Error(`${name} comes twice`)
    headers[name.toLowerCase()] = value
  }
  return { status: Number(status), headers }
}
