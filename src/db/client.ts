// Opens the database: the reader that serves (it cannot write), or the owner that migrates and publishes.
import { Kysely } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import { createDialect, type PoolCount } from './dialect.ts'
import type { DB } from './types.gen.ts'

export type Reader = ReadonlyKysely<DB>
export type Owner = Kysely<DB>

interface Options {
  readonly onError?: (error: Error) => void
  readonly maxConnections?: number
  readonly onPool?: (count: PoolCount) => void
  /** Whether whoever asks is told within two seconds that the database does not answer. */
  readonly isWatched?: boolean
}

const ignore = () => undefined

export function openReader(
  url: string,
  { onError = ignore, onPool = ignore, maxConnections = 10, isWatched = false }: Options = {},
): Reader {
  return new Kysely<DB>({
    dialect: createDialect({
      ...{ url, applicationName: 'jtai-api', maxConnections, readOnly: true, isWatched, onPool, onError },
    }),
  }) as unknown as Reader
}

export function openOwner(url: string, { onError = ignore, maxConnections = 2 }: Options = {}): Owner {
  return new Kysely<DB>({
    dialect: createDialect({
      ...{
        url,
        applicationName: 'jtai-owner',
        maxConnections,
        readOnly: false,
        isWatched: false,
        onPool: ignore,
        onError,
      },
    }),
  })
}
