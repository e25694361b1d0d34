// Clients of several servers on one database, and the laws every one of their answers obeys while releases are published.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

interface Answer {
  readonly status: number
  readonly etag: string | null
  readonly text: string
  /** The release its header names. */
  readonly release: string
}

export interface Balanced {
  /** Asks one of the servers, again where it does not see the release yet. Answers have a release; others are faults. */
  ask(kind: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** What broke a law. */
  readonly faults: readonly string[]
  fault(what: string): void
  count(what: string): void
  /** How many requests of each kind there were, and how many were answered otherwise than by 200. */
  table(): string
  /** The place in the timeline of the newest release a server has shown, by server. */
  readonly seen: readonly number[]
  /** When each server first showed a release of that place or a later one. */
  seenAt(server: number, place: number): number | undefined
}

const mostTries = 5

export function openBalanced(urls: readonly string[], timeline: Timeline, random: Random): Balanced {
  const faults: string[] = []
  const counts = new Map<string, number>()
  const seen = urls.map(() => 0)
  const sightings = urls.map((): { place: number; at: number }[] => [])
  const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1)
  const fault = (what: string) => void faults.push(what.slice(0, 500))
  const see = (server: number, place: number) => {
    if (place <= (seen[server] ?? 0)) return
    seen[server] = place
    sightings[server]?.push({ place, at: performance.now() })
  }

  const ask: Balanced['ask'] = async (kind, path, headers = {}) => {
    const server = random.below(urls.length)
    const coding = random.pick(['identity', 'gzip', 'br'])
    for (let tries = 1; ; tries += 1) {
      count(kind)
      const before = seen[server] ?? 0
      const response = await fetch(`${urls[server]}${path}`, {
        headers: { 'accept-encoding': coding, ...headers },
        redirect: 'manual',
      })
      const text = await response.text()
      const { status } = response
      const release = response.headers.get('dataset-release') ?? ''
      if (status !== 200) count(`${kind}: ${status}`)
      // A cursor, a token or a permalink of a release that only another server has seen by now.
      if (
        tries < mostTries &&
        (status === 503 || status === 404) &&
        /cursor=|since=|\/releases\//.test(path)
      ) {
        const pause = Number(response.headers.get('retry-after') ?? 1)
        if (status === 503 && !(pause >= 1 && response.headers.has('retry-after')))
          fault(`${path}: 503 without Retry-After`)
        await sleep(pause * 1_000)
        continue
      }
      const place = timeline.versions.indexOf(release)
      if (status === 200 || status === 304) {
        if (place < 0) fault(`${path}: ${status} of no release`)
        const isCurrent = !/cursor=|\/releases\//.test(path)
        if (isCurrent && place < before) fault(`${path}: server ${server} went back to ${release}`)
        if (isCurrent) see(server, place)
      } else if (status !== 404 && status !== 410) fault(`${path}: ${status} ${text}`)
      return { status, etag: response.headers.get('etag'), text, release }
    }
  }

  return {
    ...{ ask, faults, fault, count, seen },
    table: () =>
      [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([what, times]) => `${what} ${times}`)
        .join(', '),
    seenAt: (server, place) => sightings[server]?.find((one) => one.place >= place)?.at,
  }
}
