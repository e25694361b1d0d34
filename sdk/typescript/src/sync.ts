// Brings a copy of the data set to the current release and proves that it is, before anything is written.
import { canonicalJson, sha256 } from './canonical.ts'
import type { Client } from './client.ts'
import { compareRows } from './order.ts'
import { isProblem } from './problem.ts'
import type { components } from './schema.gen.ts'

type ChangeEvent = components['schemas']['ChangeEvent']
export type Entity = ChangeEvent['entity']

/** A record of the copy. */
export interface Row {
  readonly entity: Entity
  readonly id: string
  /** Number of the event it was created or restored by: the order of its list. */
  readonly seq: number
  /** The record, as the API answers it, without counts and addresses of its own. */
  readonly record: Readonly<Record<string, unknown>>
}

/** Where a copy stands. */
export interface State {
  /** Everything up to here is in it. */
  readonly since: string
  /** The release it equals, for example `1.0.1`. */
  readonly release: string
  readonly content_sha256: string
}

/** What is to be done to a copy, all of it or nothing. */
export interface Write {
  /** Whether everything there is goes first. */
  readonly clear: boolean
  /** Rows to insert, or to put in the place of those of their kind and identifier. */
  readonly put: readonly Row[]
  readonly remove: readonly Pick<Row, 'entity' | 'id'>[]
  /** Where the copy then stands. */
  readonly state: State
}

/** Where a copy is kept. */
export interface Store {
  /** Everything there is, as of one moment. What cannot be read may be thrown: the copy is then made anew. */
  read(): Promise<{ readonly state: State | null; readonly rows: readonly Row[] }>
  /**
   * Does all of a write in one transaction, or none of it when the process ends on the way. Answers false, and does
   * nothing, where the copy no longer stands at `from`: another sync was faster. Without `from` it could not be read,
   * and is written whatever it is.
   */
  write(write: Write, from: State | null | undefined): Promise<boolean>
}

export interface SyncOptions {
  /** Where to begin instead of where the copy stands: a `next_since` of an earlier answer. */
  readonly since?: string
  readonly signal?: AbortSignal
}

export interface Synced {
  /** The release the copy now equals. */
  readonly release: string
  readonly content_sha256: string
  /** Events that were applied. */
  readonly events: number
  /** Whether the copy was made from nothing, since it was new or did not follow from the feed. */
  readonly rebuilt: boolean
}

// Members of the content in the order of their names, each a list of records.
const members: readonly (readonly [string, Entity])[] = [
  ['agencies', 'agency'],
  ['areas', 'area'],
  ['findings', 'finding'],
  ['inspections', 'inspection'],
  ['inspectorates', 'inspectorate'],
  ['programmes', 'programme'],
  ['publications', 'publication'],
  ['themes', 'theme'],
]

type Rows = Map<string, Row>
const keyOf = (entity: string, id: string): string => `${entity} ${id}`

/**
 * Brings a copy to the current release, from whatever state it is in, and verifies `content_sha256` before anything is
 * written. A copy that does not follow from the feed (altered, damaged, of another service) is made anew. What is
 * written is one write of the store: killed at any point, the copy is what it was, and the next call completes it.
 * Called again, it changes nothing. Throws a `Problem` where the service refuses, and an error where not even the whole
 * feed gives the release.
 */
export async function sync(client: Client, store: Store, options: SyncOptions = {}): Promise<Synced> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    options.signal?.throwIfAborted()
    const synced = await bring(client, store, await readCopy(store), options)
    if (synced !== null) return synced
  }
  throw new Error('Other syncs of this copy were faster, again and again.')
}

interface Copy {
  /** null where what was read cannot be gone on from. */
  readonly rows: Rows | null
  readonly state: State | null
  /** The state as it stands in the store, whatever it says; undefined where it could not be read. */
  readonly from: State | null | undefined
}

async function readCopy(store: Store): Promise<Copy> {
  try {
    const { state, rows } = await store.read()
    const byKey: Rows = new Map(rows.map((row) => [keyOf(row.entity, row.id), row]))
    const isWhole = rows.every(
      ({ entity, id, seq, record }) =>
        members.some(([, known]) => known === entity) && record?.id === id && Number.isInteger(seq),
    )
    return {
      state: readState(state),
      from: state,
      rows: isWhole && byKey.size === rows.length ? byKey : null,
    }
  } catch {
    return { state: null, from: undefined, rows: null } // damaged: what it was cannot be told, and need not be
  }
}

const readState = (state: State | null): State | null =>
  state !== null && isToken(state.since) && typeof state.release === 'string' ? state : null

const isToken = (since: unknown): since is string =>
  typeof since === 'string' && /^[A-Za-z0-9_-]{1,200}$/.test(since)

/** One attempt; null where another sync was faster. */
async function bring(
  client: Client,
  store: Store,
  { rows, state, from }: Copy,
  { since = state?.since, signal }: SyncOptions,
): Promise<Synced | null> {
  if (rows !== null && isToken(since)) {
    const followed = await follow(client, new Map(rows), since, state, signal)
    if (followed !== null) return finish(store, rows, from, followed, false)
  }
  const anew = await follow(client, new Map(), undefined, null, signal)
  if (anew === null) throw new Error('The feed does not give the release: the copy was left as it was.')
  return finish(store, null, from, anew, true)
}

interface Followed {
  readonly rows: Rows
  readonly state: State
  readonly events: number
}

/** What the feed makes of rows; null where that is not what the service says it must be. */
async function follow(
  client: Client,
  rows: Rows,
  since: string | undefined,
  state: State | null,
  signal: AbortSignal | undefined,
): Promise<Followed | null> {
  const init = signal === undefined ? {} : { signal }
  let events = 0
  let reached: Pick<State, 'since' | 'release'> | null = null
  try {
    const query = { limit: 500, ...(since === undefined ? {} : { since }) }
    for await (const { data, next_since, meta } of client.pages('/v1/changes', {
      params: { query },
      ...init,
    })) {
      for (const event of data) if (!apply(rows, event)) return null
      events += data.length
      if (next_since !== null) reached = { since: next_since, release: meta.release }
    }
  } catch (error) {
    if (since !== undefined && (await isForeign(client, error, state, signal))) return null
    throw error
  }
  if (reached === null) return null
  const { release } = reached
  const { data } = await client.get('/v1/releases/{version}', {
    params: { path: { version: release } },
    ...init,
  })
  const { content_sha256 } = data
  return (await hashContent(rows)) === content_sha256
    ? { rows, events, state: { ...reached, content_sha256 } }
    : null
}

/** Whether a refusal means that the copy is of another service, or of a release this one does not have. */
async function isForeign(
  client: Client,
  error: unknown,
  state: State | null,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isProblem(error)) return false
  if (error.problem.errors.some(({ parameter }) => parameter === 'since')) return true
  if (error.status !== 503 || state === null) return false
  const init = { params: { path: { version: state.release } }, ...(signal === undefined ? {} : { signal }) }
  const known = await client.get('/v1/releases/{version}', init).catch((reason: unknown) => reason)
  return isProblem(known) && known.status === 404
}

/** Tells whether the event fitted the copy. */
function apply(rows: Rows, { type, entity, id, seq, after }: ChangeEvent): boolean {
  const key = keyOf(entity, id)
  const row = rows.get(key)
  if (after === null) {
    rows.delete(key)
    return true
  }
  if (type === 'corrected' && row === undefined) return false
  rows.set(key, { entity, id, seq: type === 'corrected' && row !== undefined ? row.seq : seq, record: after })
  return true
}

async function hashContent(rows: Rows): Promise<string> {
  const parts = members.map(([name, entity]) => {
    const list = [...rows.values()].filter((row) => row.entity === entity).sort(compareRows)
    return `"${name}":[${list.map(({ record }) => canonicalJson(record)).join(',')}]`
  })
  return sha256(`{${parts.join(',')}}`)
}

/** Writes the difference; null where another sync was faster. */
async function finish(
  store: Store,
  before: Rows | null,
  from: State | null | undefined,
  { rows, state, events }: Followed,
  rebuilt: boolean,
): Promise<Synced | null> {
  const put = [...rows].filter(([key, row]) => before?.get(key) !== row).map(([, row]) => row)
  const remove = [...(before ?? [])]
    .filter(([key]) => !rows.has(key))
    .map(([, { entity, id }]) => ({ entity, id }))
  const isDone = await store.write({ clear: before === null, put, remove, state }, from)
  const { release, content_sha256 } = state
  return isDone ? { release, content_sha256, events, rebuilt } : null
}
