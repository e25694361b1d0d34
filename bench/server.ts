// The real server on a database of its own, for the time of a benchmark.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publish } from '../src/dataset/publish.ts'
import { openOwner } from '../src/db/client.ts'
import { queryOnce } from '../src/db/dialect.ts'
import { findPlace, startCluster } from '../src/db/embedded/cluster.ts'
import { migrateUp } from '../src/db/migrate.ts'
import { growRelease } from '../test/support/large-release.ts'
import { freePort } from '../test/support/process.ts'

export interface Running {
  readonly server: ChildProcess
  readonly url: string
  readonly databaseUrl: string
}

/** Runs a benchmark against the real data, or against a release of as many invented findings as asked for. */
export async function withServer(run: (running: Running) => Promise<void>, findings?: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jtai-bench-'))
  const cluster = await startCluster({ dataDir, settings: ['fsync=off', 'max_wal_size=4GB'], fresh: true })
  try {
    const owner = openOwner(cluster.url('owner'))
    await migrateUp(owner)
    await publish(owner)
    if (findings !== undefined) {
      process.stderr.write(`growing a release of ${findings} findings\n`)
      await growRelease(owner, findings)
    }
    await owner.destroy()
    await queryOnce(cluster.url('owner'), 'ALTER ROLE jtai_reader LOGIN')
    await withProcess(cluster.url('reader'), run)
  } finally {
    await cluster.stop()
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(findPlace(dataDir).socketFolder, { recursive: true, force: true })
  }
}

async function withProcess(databaseUrl: string, run: (running: Running) => Promise<void>): Promise<void> {
  const [PORT, OPS_PORT] = [String(await freePort()), String(await freePort())]
  const server = spawn(process.execPath, ['src/server.ts'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, PORT, OPS_PORT, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' },
  })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  try {
    await run({ server, url: `http://127.0.0.1:${PORT}`, databaseUrl })
  } finally {
    server.kill('SIGTERM')
    await new Promise((resolve) => server.once('exit', resolve))
  }
}
