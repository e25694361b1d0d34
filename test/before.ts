// Runs once before all tests: starts their PostgreSQL and makes the databases that test files copy.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releasesFolder } from '../src/dataset/build.ts'
import { publish } from '../src/dataset/publish.ts'
import { openOwner } from '../src/db/client.ts'
import { queryOnce } from '../src/db/dialect.ts'
import { startCluster } from '../src/db/embedded/cluster.ts'
import { migrateUp } from '../src/db/migrate.ts'
import { addressFile, testDataDir } from './support/cluster.ts'

mkdirSync(testDataDir, { recursive: true })
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
const cluster = await startCluster({ dataDir: testDataDir, settings, fresh: true })
writeFileSync(addressFile, JSON.stringify({ owner: cluster.url('owner'), reader: cluster.url('reader') }))

const fixtures = join(import.meta.dirname, 'fixtures/releases')
for (const [name, releases] of [
  ['template_empty', null],
  ['template_fixture', fixtures],
  ['template_real', releasesFolder],
] as const) {
  await queryOnce(cluster.url('owner', 'postgres'), `CREATE DATABASE ${name} TEMPLATE template0`)
  const db = openOwner(cluster.url('owner', name))
  await migrateUp(db)
  if (releases !== null) await publish(db, releases)
  await db.destroy()
}
await queryOnce(cluster.url('owner', 'postgres'), 'ALTER ROLE jtai_reader LOGIN')
