// npm run db:seed: publishes every release folder that DATABASE_ADMIN_URL lacks.
import { run } from '../src/bin/run.ts'
import { loadConfig } from '../src/config.ts'
import { publish } from '../src/dataset/publish.ts'
import { openOwner } from '../src/db/client.ts'
import { usageError } from '../src/errors.ts'

await run(async () => {
  const { adminUrl } = loadConfig()
  if (adminUrl === null)
    throw usageError('Set DATABASE_ADMIN_URL (or DATABASE_URL) to the PostgreSQL to publish to.')
  const db = openOwner(adminUrl)
  try {
    const versions = await publish(db)
    return versions.length === 0 ? 'Every release is already published.' : `Published: ${versions.join(', ')}`
  } finally {
    await db.destroy()
  }
})
