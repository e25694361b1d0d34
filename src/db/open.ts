// Finds the database to serve from: the one of DATABASE_URL, which is only read, or an embedded one made ready here.
import type { Config } from '../config.ts'
import { usageError } from '../errors.ts'
import { openReader } from './client.ts'
import type { OnTrouble } from './embedded/keep-running.ts'
import type { Database } from './embedded/open-embedded.ts'
import { missingMigrations } from './migrate.ts'

export async function openDatabase(
  config: Config,
  onTrouble: OnTrouble = () => undefined,
  /** Aborted when the database is no longer wanted, though it is not open yet. */
  stopping: AbortSignal = new AbortController().signal,
): Promise<Database> {
  if (config.databaseUrl !== null) return openExternal(config.databaseUrl)
  const { openEmbedded } = await import('./embedded/open-embedded.ts') // and with it the publisher
  return openEmbedded(config, onTrouble, stopping)
}

async function openExternal(url: string): Promise<Database> {
  const db = openReader(url, { maxConnections: 1 })
  try {
    const missing = await missingMigrations(db)
    if (missing.length > 0) {
      throw usageError(
        `The database lacks ${missing.length} migration(s). Run: npm run db:migrate && npm run db:seed`,
      )
    }
  } catch (error) {
    throw explainRefusal(error)
  } finally {
    await db.destroy()
  }
  return { url, close: async () => undefined }
}

const refusals: Readonly<Record<string, string>> = {
  '28P01': 'refuses the password',
  '28000': 'refuses this user',
  '3D000': 'has no database of that name',
  '42501': 'does not let this user read: grant it the role jtai_reader',
}

function explainRefusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const refusal = refusals[code]
  return refusal === undefined
    ? error
    : usageError(`The PostgreSQL of DATABASE_URL ${refusal}: check DATABASE_URL.`)
}
