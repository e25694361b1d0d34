// Load on a server in another process: 64 connections that ask again as soon as they are answered. A wrong answer throws.
import type { ChildProcess } from 'node:child_process'
import type { IncomingHttpHeaders } from 'node:http'
import autocannon from 'autocannon'
import { processorSecondsOf } from './usage.ts'

const connections = 64

/** A request and what must come of it. */
export interface Shot {
  readonly path: string
  readonly headers?: IncomingHttpHeaders
  readonly status: number
  /** Given where it is ASCII, which is compared whatever the pieces it comes in. */
  readonly body?: string
}

export interface Load {
  /** Answers a second. */
  readonly rate: number
  /** Answers a second that one processor works for the server: what neighbours and the load itself take is left out. */
  readonly perProcessor: number
}

interface Target {
  readonly server: ChildProcess
  readonly url: string
}

/** The same request over and over. */
export const loadOne = (
  { server, url }: Target,
  { path, headers = {}, status, body }: Shot,
  duration: number,
) =>
  measure(
    { server, url: url + path },
    { headers, duration, ...(body === undefined ? {} : { expectBody: body }) },
    [status],
  )

/** A request of its own each time, for some seconds or in some number. */
export async function loadMany(
  target: Target,
  next: () => Shot,
  length: { readonly duration: number } | { readonly amount: number },
): Promise<Load> {
  const wrong: string[] = []
  const statuses = new Set<number>()
  const asked = new WeakMap<object, Shot>() // by the context of a connection
  const setupRequest = (_request: unknown, context: object) => {
    const shot = next()
    statuses.add(shot.status)
    asked.set(context, shot)
    return { method: 'GET' as const, path: shot.path, headers: shot.headers ?? {} }
  }
  const onResponse = (status: number, body: string, context: object) => {
    const shot = asked.get(context)
    if (shot === undefined) throw new Error('an answer to no question')
    const isWrong = status !== shot.status || (shot.body !== undefined && body !== shot.body)
    if (isWrong) wrong.push(`${shot.path}: ${status}`)
  }
  const load = await measure(target, { ...length, requests: [{ setupRequest, onResponse }] }, statuses)
  if (wrong.length > 0) throw new Error(`${wrong.length} wrong answers, the first: ${wrong[0]}`)
  return load
}

async function measure(
  { server, url }: Target,
  options: Omit<autocannon.Options, 'url' | 'connections'>,
  statuses: Iterable<number>,
): Promise<Load> {
  const before = processorSecondsOf(server)
  const result = await autocannon({ url, connections, sampleInt: 50, ...options })
  const worked = processorSecondsOf(server) - before
  const { errors, timeouts, mismatches, statusCodeStats = {} } = result
  const allowed = [...statuses].map(String)
  const others = Object.keys(statusCodeStats).filter((status) => !allowed.includes(status))
  if (errors + timeouts + mismatches + others.length > 0) {
    throw new Error(
      `${url}: ${errors} errors, ${timeouts} timeouts, ${mismatches} wrong bodies, status ${others.join(' ')}`,
    )
  }
  const answers = Object.values(statusCodeStats).reduce((sum, { count = 0 }) => sum + count, 0)
  return { rate: answers / result.duration, perProcessor: answers / worked }
}
