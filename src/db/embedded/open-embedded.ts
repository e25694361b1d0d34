// The embedded database made ready to serve from: started, migrated, published, with the role that can only read.
import type { Config } from '../../config.ts'
import { publish } from '../../dataset/publish.ts'
import { isUsageError } from '../../errors.ts'
import { openOwner } from '../client.ts'
import { queryOnce } from '../dialect.ts'
import { migrateUp } from '../migrate.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { takeLock } from './lock.ts'

export interface Database {
  /** Connection string of the role that can only read. */
  readonly url: string
  close(): Promise<void>
}

/** Told why an embedded cluster is thrown away and made anew. */
export type OnDoubt = (error: unknown) => void

/** Starts the embedded cluster, migrates and publishes as its owner. At any doubt it is made anew, once. */
export async function openEmbedded({ dataDir, publicUrl }: Config, onDoubt: OnDoubt): Promise<Database> {
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
