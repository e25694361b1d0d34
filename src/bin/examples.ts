// npm run examples: asks the real data set for the answer of each path in openapi/examples.json and stores it there.
import { readFileSync, writeFileSync } from 'node:fs'
import { buildApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { openCatalogue } from '../db/catalogue.ts'
import { openReader } from '../db/client.ts'
import { openDatabase } from '../db/open.ts'
import { captureExamples, exampleFile } from '../http/examples.ts'
import { openMetrics } from '../http/metrics.ts'
import { run } from './run.ts'

await run(async () => {
  const config = loadConfig({ ...process.env, PUBLIC_URL: 'http://127.0.0.1:3000' })
  const database = await openDatabase(config)
  const db = openReader(database.url)
  const catalogue = await openCatalogue(db)
  const app = await buildApp({ config, db, catalogue, metrics: openMetrics() })
  try {
    const examples = await captureExamples(app, JSON.parse(readFileSync(exampleFile, 'utf8')))
    writeFileSync(exampleFile, `${JSON.stringify(examples, null, 2)}\n`)
    return `Captured ${Object.keys(examples).length} examples.`
  } finally {
    await app.close()
    catalogue.stop()
    await db.destroy()
    await database.close()
  }
})
