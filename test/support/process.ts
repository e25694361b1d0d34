// Starts the real server with `npm start`, as a person would, and speaks to it from outside.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { findPlace, stopCluster } from '../../src/db/embedded/cluster.ts'

const root = join(import.meta.dirname, '../..')

export interface Started {
  readonly child: ChildProcess
  readonly url: string
  readonly opsUrl: string
  /** All it has written to stdout and stderr so far. */
  output(): string
  /** Resolves once it announces itself; rejects with its output if it ends before. */
  ready(): Promise<void>
  /** Resolves with the exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>
  /** Sends a signal to the whole group, as a terminal does. */
  signal(name: NodeJS.Signals): void
}

/** A data folder of its own, gone with its PostgreSQL when the test ends. */
export function makeDataDir(t: Test): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'jtai-e2e-'))
  t.teardown(async () => {
    await stopCluster(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(findPlace(dataDir).socketFolder, { recursive: true, force: true })
  })
  return dataDir
}

/** The PostgreSQL servers of a data folder, as the operating system lists them. */
export const postgresOf = (dataDir: string): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`-D ${findPlace(dataDir).data} `))

/** How many findings a server says it has. */
export async function countFindings(url: string): Promise<number> {
  const text = await (await fetch(`${url}/v1/findings?limit=1`)).text()
  return Number(/"total":(\d+)/.exec(text)?.[1])
}

/** A port nobody listens on at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const npmStart = ['npm', 'start', '--silent'] as const
/** Without npm between, which ends by the signal itself: shows the exit code of the server. */
export const nodeServer = [process.execPath, 'src/server.ts'] as const

export async function start(
  t: Test,
  env: Record<string, string>,
  [command, ...args]: readonly [string, ...string[]] = npmStart,
): Promise<Started> {
  const [port, opsPort] = await Promise.all([freePort(), freePort()]) // in turn they might be the same
  const { PORT = String(port), OPS_PORT = String(opsPort) } = env
  let output = ''
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir(), DRAIN_SECONDS: '0' },
      ...{ ...env, PORT, OPS_PORT },
    },
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  const signal = (name: NodeJS.Signals) => {
    const alive = child.exitCode === null && child.signalCode === null
    if (child.pid !== undefined && alive) process.kill(-child.pid, name)
  }
  t.teardown(async () => {
    signal('SIGKILL')
    await ended
  })
  return {
    child,
    url: `http://127.0.0.1:${PORT}`,
    opsUrl: `http://127.0.0.1:${OPS_PORT}`,
    output: () => output,
    ended,
    signal,
    ready: async () => {
      while (!output.includes('Ctrl-C stops it.')) {
        if (child.exitCode !== null) throw new Error(`it ended before it was ready: ${output}`)
        await sleep(20)
      }
    },
  }
}
