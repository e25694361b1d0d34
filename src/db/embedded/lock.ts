// One server for one data folder: a lock file that holds the server's process id and where it serves.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../../errors.ts'
import { commandLine } from './processes.ts'

/** Takes the lock or throws a usage error that says where the other server serves. Returns the release function. */
export function takeLock(dataDir: string, url: string): () => void {
  const file = join(dataDir, 'server.lock')
  const mine = JSON.stringify({ pid: process.pid, url })
  mkdirSync(dataDir, { recursive: true })
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const held = read(file)
    if (held !== null && isServer(held.pid)) {
      throw usageError(
        `A server already runs on this data folder (process ${held.pid}) and serves on ${held.url}. Use it, stop it, or set DATA_DIR, PORT and OPS_PORT to start another.`,
      )
    }
    discard(file, held)
  }
  throw usageError(`The lock file ${file} cannot be taken: delete it and start again.`)
}

function read(file: string): { pid: number; url: string } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null // gone in the meantime, or half-written by a process that died
  }
}

const isServer = (pid: number): boolean =>
  pid !== process.pid && (commandLine(pid)?.includes('server.ts') ?? false)

// Renaming is atomic: of two starts that find the same dead lock only one removes it, and never a fresh one.
function discard(file: string, stale: { pid: number } | null): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return // the other start was faster
  }
  if (read(aside)?.pid === stale?.pid) rmSync(aside)
  else renameSync(aside, file)
}
