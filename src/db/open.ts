// Finds the database to serve from: the one of DATABASE_URL, which is only read, or an embedded one made ready here.
import type { Config } from '../config.ts'
import { publish } from '../dataset/publish.ts'
import { isUsageError, usageError } from '../errors.ts'
import { openOwner, openReader } from './client.ts'
import { queryOnce } from './dialect.ts'
import { type Cluster, startCluster } from './embedded/cluster.ts'
import { takeLock } from './embedded/lock.ts'
import { migrateUp, missingMigrations } from './migrate.ts'

interface Database {
  /** Connection string of the role that can only read. */
  readonly url: string
  close(): Promise<void>
}

/** Told why an embedded cluster is thrown away and made anew. */
type OnDoubt = (error: unknown) => void

export async function openDatabase(config: Config, onDoubt: OnDoubt = () => undefined): Promise<Database> {
  return config.databaseUrl === null ? openEmbedded(config, onDoubt) : openExternal(config.databaseUrl)
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

/** Starts the embedded cluster, migrates and publishes as its owner. At any doubt it is made anew, once. */
async function openEmbedded({ dataDir, publicUrl }: Config, onDoubt: OnDoubt): Promise<Database> {
  const release = takeLock(dataDir, publicUrl)
  try {
    const cluster = await startReady(dataDir, onDoubt)
    return {
      url: cluster.url('reader'),
      close: async () => {
        await cluster.stop()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

async function startReady(dataDir: string, onDoubt: OnDoubt): Promise<Cluster> {
  const found = await startCluster({ dataDir }).catch((error: unknown) => {
    if (isUsageError(error)) throw error // the machine, not the cluster
    onDoubt(error)
    return startCluster({ dataDir, fresh: true })
  })
  try {
    return await prepare(found)
  } catch (error) {
    onDoubt(error)
    return prepare(await startCluster({ dataDir, fresh: true }))
  }
}

/** Brings a cluster up to date; stops it where that fails. */
async function prepare(cluster: Cluster): Promise<Cluster> {
  try {
    await update(cluster)
    return cluster
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

async function update(cluster: Cluster): Promise<void> {
  const owner = openOwner(cluster.url('owner'))
  try {
    await migrateUp(owner)
    await publish(owner)
  } finally {
    await owner.destroy()
  }
  await queryOnce(cluster.url('owner'), 'ALTER ROLE jtai_reader LOGIN')
}
