// The embedded database made ready to serve from: started, migrated, published, with the role that can only read.
import type { Config } from '../../config.ts'
import { publish } from '../../dataset/publish.ts'
import { isUsageError } from '../../errors.ts'
import { openOwner } from '../client.ts'
import { queryOnce } from '../dialect.ts'
import { migrateUp } from '../migrate.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { keepRunning, type OnTrouble } from './keep-running.ts'
import { takeLock } from './lock.ts'

export interface Database {
  /** Connection string of the role that can only read. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts the embedded cluster, migrates and publishes as its owner. At any doubt it is made anew, once. Rejects with its
 * cluster stopped when `stopping` is aborted meanwhile: publishing is not waited for.
 */
export async function openEmbedded(
  { dataDir, publicUrl }: Config,
  onTrouble: OnTrouble,
  stopping: AbortSignal,
): Promise<Database> {
  const release = takeLock(dataDir, publicUrl)
  try {
    const cluster = await startReady(dataDir, onTrouble, stopping)
    const stop = keepRunning(cluster, () => startCluster({ dataDir }), onTrouble)
    return {
      url: cluster.url('reader'),
      close: async () => {
        await stop()
        release()
      },
    }
  } catch (error) {
    release()
    stopping.throwIfAborted() // whatever else it looks like
    throw error
  }
}

async function startReady(dataDir: string, onTrouble: OnTrouble, stopping: AbortSignal): Promise<Cluster> {
  const onDoubt = (error: unknown) => {
    stopping.throwIfAborted() // it was us who stopped it
    onTrouble(error, 'the embedded database is made anew')
  }
  const found = await startCluster({ dataDir }).catch((error: unknown) => {
    if (isUsageError(error)) throw error // the machine, not the cluster
    onDoubt(error)
    return startCluster({ dataDir, fresh: true })
  })
  try {
    return await prepare(found, stopping)
  } catch (error) {
    onDoubt(error)
    return prepare(await startCluster({ dataDir, fresh: true }), stopping)
  }
}

/** Brings a cluster up to date; stops it where that fails or is no longer wanted. */
async function prepare(cluster: Cluster, stopping: AbortSignal): Promise<Cluster> {
  const stop = () => void cluster.stop() // what is asked of it fails from here on
  stopping.addEventListener('abort', stop)
  try {
    stopping.throwIfAborted()
    await update(cluster)
    stopping.throwIfAborted()
    return cluster
  } catch (error) {
    await cluster.stop()
    throw error
  } finally {
    stopping.removeEventListener('abort', stop)
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
