// One server for one data folder: a lock file that holds the server's process id and where it serves.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../../errors.ts'
import { commandLine } from './processes.ts'

/** Takes the lock or throws a usage error that says where the other server serves. Returns the release function. */
export function takeLock(dataDir: string, url: string): () => void {
  const file = join(dataDir, 'server.lock')
  const mine = JSON.stringify({ pid: process.pid, url })
  mkdirSync(dataDir, { recursive: true })
  for (let attempt = 0; attempt < 50; attempt++) {
    if (create(file, mine)) return () => rmSync(file, { force: true })
    const found = read(file)
    if (found === null) continue // let go of in the meantime
    const holder = parse(found)
    if (holder !== null && isServer(holder.pid)) {
      throw usageError(
        `A server already runs on this data folder (process ${holder.pid}) and serves on ${holder.url}. Use it, stop it, or set DATA_DIR, PORT and OPS_PORT to start another.`,
      )
    }
    discard(file, found)
    sleep(20)
  }
  throw usageError(
    `The lock of ${dataDir} cannot be taken: delete ${file} and ${claimOf(file)} and start again.`,
  )
}

// Written aside and linked: the file appears at once with all its content, or not at all. One that was created and
// then written could be read empty in between, taken for a dead one, and removed.
function create(file: string, content: string): boolean {
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, content)
  try {
    linkSync(aside, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

/** What a file holds; null where there is none. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function parse(content: string): { pid: number; url: string } | null {
  const [, pid, url] = /^\{"pid":(\d+),"url":"(.*)"\}$/.exec(content) ?? []
  return pid === undefined || url === undefined ? null : { pid: Number(pid), url }
}

const isServer = (pid: number): boolean =>
  pid !== process.pid && (commandLine(pid)?.includes('server.ts') ?? false)

const claimOf = (file: string): string => `${file}.claim`

// Of several starts that find the same dead lock only one removes it at a time, and never one that is fresh by now.
function discard(file: string, dead: string): void {
  if (!create(claimOf(file), '')) return
  try {
    if (read(file) === dead) rmSync(file, { force: true })
  } finally {
    rmSync(claimOf(file), { force: true })
  }
}

const sleep = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
