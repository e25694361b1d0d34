// Brings a copy of the data set to the current release and proves that it is.
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

/** What a copy must be able to do within one transaction. */
export interface StoreTransaction {
  readState(): Promise<State | null>
  writeState(state: State): Promise<void>
  get(entity: Entity, id: string): Promise<Row | null>
  /** Inserts a row, or replaces the one of its kind and identifier. */
  put(row: Row): Promise<void>
  /** Removes a row; nothing where there is none. */
  remove(entity: Entity, id: string): Promise<void>
  /** Removes every row and the state. */
  clear(): Promise<void>
  /** The rows of a kind of record, in any order. */
  rows(entity: Entity): Promise<readonly Row[]>
}

/** Where a copy is kept. */
export interface Store {
  /**
   * Runs `work` in one transaction: all of what it does is kept when it resolves, none of it when it rejects or the
   * process ends. One at a time.
   */
  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>
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

/**
 * Brings a copy to the current release, from whatever state it is in, and verifies `content_sha256` before anything is
 * kept. A copy that does not follow from the feed (altered, of another service, half of something) is made anew. All
 * of it is one transaction of the store: killed at any point, the copy is what it was, and the next call completes it.
 * Called again, it changes nothing. Throws a `Problem` where the service refuses, and an error where even a new copy
 * does not verify.
 */
export const sync = (client: Client, store: Store, { since, signal }: SyncOptions = {}): Promise<Synced> =>
  store.transaction(async (transaction) => {
    const start = since ?? (await transaction.readState())?.since
    const followed = start === undefined ? null : await tryFollow(client, transaction, start, signal)
    if (followed !== null) return followed
    await transaction.clear()
    const anew = await follow(client, transaction, undefined, signal)
    if (anew === null) throw new Error('The feed does not give the release: the copy was left as it was.')
    return { ...anew, rebuilt: true }
  })

async function tryFollow(
  client: Client,
  transaction: StoreTransaction,
  since: string,
  signal: AbortSignal | undefined,
): Promise<Synced | null> {
  try {
    return await follow(client, transaction, since, signal)
  } catch (error) {
    const isForeign = isProblem(error) && error.problem.errors.some(({ parameter }) => parameter === 'since')
    if (isForeign) return null
    throw error
  }
}

/** Applies the feed to its end; null where the copy is then not what the service says it must be. */
async function follow(
  client: Client,
  transaction: StoreTransaction,
  since: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Synced | null> {
  let events = 0
  let reached: Pick<State, 'since' | 'release'> | null = null
  const query = { limit: 500, ...(since === undefined ? {} : { since }) }
  for await (const { data, next_since, meta } of client.pages('/v1/changes', {
    params: { query },
    ...(signal === undefined ? {} : { signal }),
  })) {
    for (const event of data) if (!(await apply(transaction, event))) return null
    events += data.length
    if (next_since !== null) reached = { since: next_since, release: meta.release }
  }
  if (reached === null) return null
  const { release } = reached
  const answer = await client.get('/v1/releases/{version}', {
    params: { path: { version: release } },
    ...(signal === undefined ? {} : { signal }),
  })
  const { content_sha256 } = answer.data
  if ((await hashContent(transaction)) !== content_sha256) return null
  await transaction.writeState({ ...reached, content_sha256 })
  return { release, content_sha256, events, rebuilt: false }
}

/** Tells whether the event fitted the copy. */
async function apply(transaction: StoreTransaction, event: ChangeEvent): Promise<boolean> {
  const { type, entity, id, after } = event
  if (after === null) {
    await transaction.remove(entity, id)
    return true
  }
  const seq = type === 'corrected' ? (await transaction.get(entity, id))?.seq : event.seq
  if (seq === undefined) return false
  await transaction.put({ entity, id, seq, record: after })
  return true
}

async function hashContent(transaction: StoreTransaction): Promise<string> {
  const parts: string[] = []
  for (const [name, entity] of members) {
    const rows = [...(await transaction.rows(entity))].sort(compareRows)
    parts.push(`"${name}":[${rows.map(({ record }) => canonicalJson(record)).join(',')}]`)
  }
  return sha256(`{${parts.join(',')}}`)
}
