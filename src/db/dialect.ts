// How this project talks to PostgreSQL: the pool, its bounds and its type parsers. The only importer of pg.
import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'

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

export interface Connection {
  readonly url: string
  readonly applicationName: string
  readonly maxConnections: number
  /** Sessions that can only read, with a bound on every statement. */
  readonly readOnly: boolean
  /** Told of a lost connection; the pool replaces it by itself. */
  readonly onError: (error: Error) => void
}

export function createDialect(connection: Connection): Dialect {
  const pool = new pg.Pool({
    connectionString: connection.url,
    application_name: connection.applicationName,
    max: connection.maxConnections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    types,
    ...(connection.readOnly
      ? {
          options:
            '-c default_transaction_read_only=on -c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000',
          query_timeout: 6_000,
        }
      : {}),
  })
  // The pool listens to idle clients only: one lost at work would end the process.
  pool.on('connect', (client) => client.on('error', connection.onError))
  pool.on('error', () => undefined) // an idle client, which has just told its own listener
  return new PostgresDialect({ pool: connection.readOnly ? withNamedStatements(pool) : pool })
}

/** Fields to choose from make texts without end: so many get a name, the first ones, which are those asked for most. */
const mostNames = 200

/** A statement with a name is parsed once in each connection, and after a few runs planned no more. */
function withNamedStatements(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string) => {
    if (!names.has(text) && names.size < mostNames) names.set(text, `s${names.size}`)
    return names.get(text)
  }
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect()
    return {
      // Its other form takes a cursor, which the dialect is given none of: hence `never`.
      query: (text: never, values: readonly unknown[] = []): never =>
        client.query({ name: nameOf(text) ?? '', text, values: [...values] }) as never,
      release: (destroy) => client.release(destroy),
    }
  }
  return { options: pool.options, connect, end: () => pool.end() }
}

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
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|connection timeout/i

/** True where the database, not the query, is at fault: the answer is 503 and the same query may work later. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (outages.test(code) || outageMessages.test(error.message)) return true
  return error instanceof AggregateError && error.errors.some(isDatabaseOutage)
}
