// Clients that keep a server busy, each on one kept connection, and what became of every request they sent.
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { drain } from './serve.ts'

export interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** False where the connection ended before the answer did. */
  readonly complete: boolean
  /** Whether the server says that the connection ends with this answer. */
  readonly isLast: boolean
}

/** Asks once; rejects where there is no answer at all. */
export const ask = (url: string, agent: Agent | false = false): Promise<Got> =>
  new Promise((resolve, reject) => {
    request(url, { agent }, async (response) => {
      const isLast = response.headers.connection === 'close'
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, isLast, ...(await drain(response)) })
    })
      .once('error', reject)
      .end()
  })

export interface Load {
  readonly answers: readonly (Got & { readonly path: string; readonly sentAt: number })[]
  /** Requests that got no answer, or half of one. */
  readonly failures: readonly { readonly path: string; readonly sentAt: number; readonly error: string }[]
  /** Resolves when every client has stopped. */
  readonly done: Promise<void>
}

interface Options {
  readonly clients: number
  /** Where the next connection may go; null: this client is done. */
  readonly target: () => string | null
  readonly path: (client: number, turn: number) => string
}

/** Each client asks as soon as it has its answer, and opens a new connection only where the last one has ended. */
export function openLoad({ clients, target, path }: Options): Load {
  const answers: (Got & { path: string; sentAt: number })[] = []
  const failures: { path: string; sentAt: number; error: string }[] = []
  const run = async (client: number) => {
    let url: string | null = null
    let agent = new Agent()
    for (let turn = 0; ; turn += 1) {
      url ??= target()
      if (url === null) break
      const asked = { path: path(client, turn), sentAt: performance.now() }
      const got = await ask(url + asked.path, agent).catch((error: Error) => error)
      const isWhole = !(got instanceof Error) && got.complete
      if (isWhole) answers.push({ ...asked, ...got })
      else failures.push({ ...asked, error: got instanceof Error ? String(got) : 'half an answer' })
      if (isWhole && !got.isLast && target() !== null) continue
      agent.destroy()
      agent = new Agent({ keepAlive: true, maxSockets: 1 })
      url = null
      if (!isWhole) await sleep(20)
    }
    agent.destroy()
  }
  const done = Promise.all(Array.from({ length: clients }, (_one, client) => run(client))).then(
    () => undefined,
  )
  return { answers, failures, done }
}

/** One address in three is asked by all; the others are asked once, so that they are worked for. */
export const mixedPath = (client: number, turn: number): string => {
  const hits = ['/v1/areas', '/v1/findings?limit=20', '/v1']
  const day = new Date(Date.UTC(1900, 0, 1 + ((client * 997 + turn * 7) % 40_000))).toISOString().slice(0, 10)
  const misses = [`/v1/findings?limit=20&published_from=${day}`, `/v1/findings?limit=5&published_to=${day}`]
  return (turn % 3 === 0 ? hits[(turn / 3) % hits.length] : misses[(turn % 3) - 1]) ?? '/v1'
}

export interface Export {
  /** Of the text that came. */
  readonly text: () => string
  /** How it ended: whole, by a reset, or short without a word. */
  readonly ended: Promise<'whole' | 'reset' | 'short'>
}

/** Asks for a whole set on a bare socket and takes it at a pace; resolves when its first bytes are there. */
export async function openExport(url: string, path: string, pause: number): Promise<Export> {
  const chunks: Buffer[] = []
  const buffer = Buffer.alloc(65_536)
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<'whole' | 'reset' | 'short'>()
  const text = () => Buffer.concat(chunks).toString()
  const socket = connect({
    ...{ port: Number(new URL(url).port), host: '127.0.0.1' },
    onread: {
      buffer,
      callback: (bytes) => {
        chunks.push(Buffer.from(buffer.subarray(0, bytes)))
        begun.resolve()
        if (pause > 0) setTimeout(() => socket.resume(), pause)
        return pause === 0
      },
    },
  })
  socket.once('error', () => ended.resolve('reset'))
  socket.once('close', () => ended.resolve(text().endsWith('\r\n0\r\n\r\n') ? 'whole' : 'short'))
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  await begun.promise
  return { text, ended: ended.promise }
}

export function isJson(body: Buffer): boolean {
  try {
    return typeof JSON.parse(body.toString()) === 'object'
  } catch {
    return false
  }
}
