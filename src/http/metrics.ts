// What the ops listener tells Prometheus: requests by route, status and cache, the answer cache, the release, the process.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Catalogue } from '../db/catalogue.ts'
import type { PoolCount } from '../db/dialect.ts'
import type { Shares } from './answer-cache/shares.ts'
import type { Watcher } from './watch.ts'

/** Why a request was refused: the client has asked for its share, or the service has as much to do as it takes on. */
type Refusal = 'rate' | 'export' | 'loop' | 'memory' | 'work'

export interface Metrics {
  /** What there is to tell, as `text/plain; version=0.0.4`. */
  read(): Promise<string>
  readonly contentType: string
  /** Counts and times a request that was answered. */
  readonly count: Watcher
  /** Counts a request that a limit refuses. */
  refuse(reason: Refusal): void
  /** Counts a connection to the database that was lost. */
  loseConnection(): void
  /** Tells how many answers are being computed. */
  watchWork(running: () => number): void
  /** Tells how many exports are being sent. */
  watchExports(running: () => number): void
  /** Tells how many connections to the database there are, and how many wait for one. */
  watchPool(count: PoolCount): void
  /** Tells how full the answer cache is. */
  watchShares(shares: Shares): void
  /** Tells the release that is served and whether the database answers. */
  watchCatalogue(catalogue: Catalogue): void
  /** Tells memory, CPU time and the delay of the event loop of this process. */
  watchProcess(): void
}

/** From a hit, well under a millisecond, to what the statement timeout allows. */
const buckets = [0.001, 0.005, 0.02, 0.1, 0.3, 1, 5]

export function openMetrics(): Metrics {
  const registers = [new Registry()]
  const [registry = new Registry()] = registers
  const durations = new Histogram({
    name: 'jtai_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route, status and what the answer cache did: hit, unchanged (304), miss, collapsed (waited for another miss), bypass, none.',
    labelNames: ['route', 'status', 'cache'],
    buckets,
    registers,
  })
  const refusals = new Counter({
    name: 'jtai_refused_total',
    help: 'Requests refused by a limit: rate and export (429, or 503 where all exports are taken), loop and memory (503, pressure), work (503, too much being computed).',
    labelNames: ['reason'],
    registers,
  })
  const losses = new Counter({
    name: 'jtai_database_lost_total',
    help: 'Connections to the database that were lost, at work or idle.',
    registers,
  })
  for (const reason of ['rate', 'export', 'loop', 'memory', 'work'] satisfies Refusal[])
    refusals.inc({ reason }, 0)
  const known = new Map<string, Histogram.Internal<'route' | 'status' | 'cache'>>()
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) =>
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        collect(this)
      },
    })
  return {
    read: () => registry.metrics(),
    contentType: registry.contentType,
    count: ({ route, status, cache, time, isAborted }) => {
      if (isAborted) return
      const labels = [route ?? 'none', String(status), cache ?? 'none'] as const
      const key = labels.join(' ')
      const series = known.get(key) ?? durations.labels(...labels)
      known.set(key, series)
      series.observe(time / 1_000)
    },
    refuse: (reason) => refusals.inc({ reason }),
    loseConnection: () => losses.inc(),
    watchWork: (running) => {
      gauge('jtai_work_in_flight', 'Answers that are being computed.', [], (self) => self.set(running()))
    },
    watchExports: (running) => {
      gauge('jtai_exports_in_flight', 'Exports that are being sent.', [], (self) => self.set(running()))
    },
    watchPool: (count) => {
      gauge(
        'jtai_pool_connections',
        'Connections to the database, and who waits for one.',
        ['state'],
        (self) => {
          for (const [state, connections] of Object.entries(count())) self.labels(state).set(connections)
        },
      )
    },
    watchShares: (shares) => {
      const sizes = () =>
        Object.entries(shares).flatMap(([share, kept]: [string, Shares['common']]) => [
          { share, what: 'answers', kept: kept.answers },
          { share, what: 'replays', kept: kept.replays },
        ])
      gauge('jtai_cache_bytes', 'Bytes the answer cache holds.', ['share', 'what'], (self) => {
        for (const { share, what, kept } of sizes()) self.labels(share, what).set(kept.calculatedSize)
      })
      gauge('jtai_cache_entries', 'Entries the answer cache holds.', ['share', 'what'], (self) => {
        for (const { share, what, kept } of sizes()) self.labels(share, what).set(kept.size)
      })
    },
    watchCatalogue: (catalogue) => {
      gauge('jtai_release_info', 'The release that is served, as a label.', ['version'], (self) => {
        if (catalogue.hasRelease()) self.labels(catalogue.current().release.version).set(1)
      })
      gauge('jtai_database_failing', '1 while the database does not answer, else 0.', [], (self) =>
        self.set(catalogue.failingSince() === null ? 0 : 1),
      )
    },
    watchProcess: () => collectDefaultMetrics({ register: registry }),
  }
}
