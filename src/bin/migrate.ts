// npm run db:migrate [down]: brings the schema of DATABASE_ADMIN_URL up to date, or undoes its latest migration.
import { loadConfig } from '../config.ts'
import { openOwner } from '../db/client.ts'
import { migrateDown, migrateUp } from '../db/migrate.ts'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

await run(async () => {
  const [direction = 'up'] = process.argv.slice(2)
  if (direction !== 'up' && direction !== 'down')
    throw usageError(`db:migrate takes up or down, not ${direction}`)
  const { adminUrl } = loadConfig()
  if (adminUrl === null)
    throw usageError('Set DATABASE_ADMIN_URL (or DATABASE_URL) to the PostgreSQL to migrate.')
  const db = openOwner(adminUrl)
  try {
    const names = direction === 'up' ? await migrateUp(db) : await migrateDown(db)
    return names.length === 0 ? 'Nothing to migrate.' : `Migrated ${direction}: ${names.join(', ')}`
  } finally {
    await db.destroy()
  }
})
