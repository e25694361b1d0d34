// A database and a catalogue that hold nothing and refuse everything: to make the contract without PostgreSQL.
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { problem } from '../errors.ts'
import type { Catalogue } from './catalogue.ts'
import type { Reader } from './client.ts'

export const openOffline = (): { db: Reader; catalogue: Catalogue } => ({
  db: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }) as never,
  catalogue: {
    current: () => {
      throw problem('service-unavailable', 'There is no database.')
    },
    find: async () => null,
    releases: () => [],
    failingSince: () => null,
    hasRelease: () => false,
    onRelease: () => () => undefined,
    stop: () => undefined,
  },
})
