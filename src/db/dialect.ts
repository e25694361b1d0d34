// How this project talks to PostgreSQL: the pool, its bounds and its type parsers. The only importer of pg.
import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { noPulse, type Pulse, watchPulse } from './pulse.ts'

// A date stays the ten characters PostgreSQL sends, a timestamp becomes ISO 8601 in UTC, a bigint a number.
const parsers = new Map<number, (value: string) => unknown>([
  [pg.types.builtins.DATE, (value) => value],
  [pg.types.builtins.TIMESTAMPTZ, (value) => new Date(value).toISOString().replace('.000Z', 'Z')],
  [pg.types.builtins.INT8, Number],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format ?? 'text'),
}

export type PoolCount = () => Readonly<Record<'total' | 'idle' | 'waiting', number>>

export interface Connection {
  readonly url: string
  readonly applicationName: string
  readonly maxConnections: number
  /** Sessions that can only read, with a bound on every statement. */
  readonly readOnly: boolean
  /** Whether it is watched that the database answers, so that nobody waits for one that does not. */
  readonly isWatched: boolean
  /** Told how to count the connections of the pool and those who wait for one. */
  readonly onPool: (count: PoolCount) => void
  /** Told of a lost connection; the pool replaces it by itself. */
  readonly onError: (error: Error) => void
}

export function createDialect(connection: Connection): Dialect {
  const pool = openPool(connection, { max: connection.maxConnections })
  connection.onPool(() => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }))
  if (!connection.readOnly) return new PostgresDialect({ pool })
  return new PostgresDialect({
    pool: withNamedStatements(pool, connection.isWatched ? openPulse(connection) : noPulse),
  })
}

/** Every wait is bounded: for a connection, for a statement on both sides, for what is left open. */
function openPool({ url, applicationName, readOnly, onError }: Connection, bounds: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    types,
    ...(readOnly
      ? {
          options:
            '-c default_transaction_read_only=on -c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000',
          query_timeout: 6_000,
        }
      : {}),
    ...bounds,
  })
  // The pool listens to idle clients only: one lost at work would end the process.
  pool.on('connect', (client) => client.on('error', onError))
  pool.on('error', () => undefined) // an idle client, which has just told its own listener
  return pool
}

/** Fields to choose from make texts without end: so many get a name, the first ones, which are those asked for most. */
const mostNames = 200

/** The pulse has a connection of its own: it neither waits for what the others ask nor takes a place from them. */
function openPulse(connection: Connection): Pulse {
  const own = openPool(
    { ...connection, onError: () => undefined }, // whoever waits for the database is told
    { max: 1, connectionTimeoutMillis: 1_000, query_timeout: 1_000 },
  )
  const pulse = watchPulse(
    () => own.query('SELECT 1'),
    () => Object.assign(new Error('The database does not answer'), { code: '08006' }),
  )
  return {
    within: pulse.within,
    stop: async () => {
      await pulse.stop()
      await own.end()
    },
  }
}

/** A statement with a name is parsed once in each connection, and after a few runs planned no more. */
function withNamedStatements(pool: pg.Pool, pulse: Pulse): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string) => {
    if (!names.has(text) && names.size < mostNames) names.set(text, `s${names.size}`)
    return names.get(text)
  }
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pulse.within(
      () => pool.connect(),
      (late) => late.release(),
    )
    let isBusy = false
    return {
      // Its other form takes a cursor, which the dialect is given none of: hence `never`.
      query: (text: never, values: readonly unknown[] = []): never =>
        pulse
          .within(() => client.query({ name: nameOf(text) ?? '', text, values: [...values] }))
          .catch((error: unknown) => {
            isBusy = !isOfServer(error)
            throw error
          }) as never,
      release: (destroy) => client.release(isBusy || destroy),
    }
  }
  const end = async () => {
    await Promise.all([pulse.stop(), pool.end()])
  }
  return { options: pool.options, connect, end }
}

/** False where the server has not answered a statement, which it may be at still. */
const isOfServer = (error: unknown): boolean => error instanceof Error && 'severity' in error

/** A single short-lived connection outside any pool, for the questions asked before there is one. */
export async function queryOnce<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined) // the query below reports the loss
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** True where a query was ended because it took longer than it may. */
export const isOutOfTime = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '57014'

// Classes 08 (connection), 53 (resources), 57 (operator intervention), and what pg and Node say of a lost server.
const outages = /^(08...|53...|57...|ECONNREFUSED|ECONNRESET|ENOENT|ETIMEDOUT|ENOTFOUND|EPIPE|EAI_AGAIN)$/
const outageMessages =
  /timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|connection timeout|not queryable/i

/** True where the database, not the query, is at fault: the answer is 503 and the same query may work later. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (outages.test(code) || outageMessages.test(error.message)) return true
  return error instanceof AggregateError && error.errors.some(isDatabaseOutage)
}
