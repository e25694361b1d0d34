// The real server, and others to hold it against, on a database of its own, for the time of a benchmark.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publish } from '../src/dataset/publish.ts'
import { type Owner, openOwner } from '../src/db/client.ts'
import { queryOnce } from '../src/db/dialect.ts'
import { findPlace, startCluster } from '../src/db/embedded/cluster.ts'
import { migrateUp } from '../src/db/migrate.ts'
import { growRelease } from '../test/support/large-release.ts'
import { freePort } from '../test/support/process.ts'

export interface Running {
  readonly server: ChildProcess
  readonly url: string
}

/** A server with its database: the address of the role that can read, and its owner to check answers with. */
export interface Served extends Running {
  readonly owner: Owner
  readonly databaseUrl: string
}

/** Runs a benchmark against the real data, or against a release of as many invented findings as asked for. */
export const withServer = (run: (running: Served) => Promise<void>, findings?: number): Promise<void> =>
  withDatabase(
    (DATABASE_URL, owner) =>
      withProcess('src/server.ts', { DATABASE_URL, LOG_LEVEL: 'warn' }, (running) =>
        run({ ...running, owner, databaseUrl: DATABASE_URL }),
      ),
    findings,
  )

/** The server as it is shipped, which logs every request; that log goes nowhere. */
export const withShipped = (DATABASE_URL: string, run: (running: Running) => Promise<void>): Promise<void> =>
  withProcess('src/server.ts', { DATABASE_URL }, run, 'ignore')

/** Only the database: gives the address of the role that can read, and its owner to check answers with. */
export async function withDatabase(
  run: (databaseUrl: string, owner: Owner) => Promise<void>,
  findings?: number,
): Promise<void> {
  const dataDir = makeDataDir()
  const cluster = await startCluster({ dataDir, settings: ['fsync=off', 'max_wal_size=4GB'], fresh: true })
  const owner = openOwner(cluster.url('owner'))
  try {
    await migrateUp(owner)
    await publish(owner)
    if (findings !== undefined) {
      process.stderr.write(`growing a release of ${findings} findings\n`)
      await growRelease(owner, findings)
    }
    await queryOnce(cluster.url('owner'), 'ALTER ROLE jtai_reader LOGIN')
    await run(cluster.url('reader'), owner)
  } finally {
    await owner.destroy()
    await cluster.stop()
    removeDataDir(dataDir)
  }
}

export const makeDataDir = (): string => mkdtempSync(join(tmpdir(), 'jtai-bench-'))

export function removeDataDir(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true })
  rmSync(findPlace(dataDir).socketFolder, { recursive: true, force: true })
}

/** A server in a process of its own, which says something once it listens on PORT. */
export async function withProcess(
  file: string,
  env: NodeJS.ProcessEnv,
  run: (running: Running) => Promise<void>,
  log: 'inherit' | 'ignore' = 'inherit',
): Promise<void> {
  const [PORT, OPS_PORT] = [String(await freePort()), String(await freePort())]
  const server = spawn(process.execPath, [file], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', log],
    env: {
      PATH: process.env.PATH,
      DRAIN_SECONDS: '0',
      RATE_LIMIT: '0',
      LOOP_DELAY_MS: '0',
      PORT,
      OPS_PORT,
      ...env,
    },
  })
  const ended = once(server, 'exit')
  try {
    await Promise.race([
      once(server.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`${file} ended before it listened`))),
    ])
    await run({ server, url: `http://127.0.0.1:${PORT}` })
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}
