// Opens the database: the reader that serves (it cannot write), or the owner that migrates and publishes.
import { Kysely } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import { createDialect } from './dialect.ts'
import type { DB } from './types.gen.ts'

export type Reader = ReadonlyKysely<DB>
export type Owner = Kysely<DB>

interface Options {
  readonly onError?: (error: Error) => void
  readonly maxConnections?: number
}

export function openReader(
  url: string,
  { onError = () => undefined, maxConnections = 10 }: Options = {},
): Reader {
  return new Kysely<DB>({
    dialect: createDialect({ url, applicationName: 'jtai-api', maxConnections, readOnly: true, onError }),
  }) as unknown as Reader
}

export function openOwner(
  url: string,
  { onError = () => undefined, maxConnections = 2 }: Options = {},
): Owner {
  return new Kysely<DB>({
    dialect: createDialect({ url, applicationName: 'jtai-owner', maxConnections, readOnly: false, onError }),
  })
}
