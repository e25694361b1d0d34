// npm run check:generated: makes every generated file anew and fails if one differs; no seal ever leaves history.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openOwner } from '../db/client.ts'
import { findPlace, startCluster } from '../db/embedded/cluster.ts'
import { migrateUp } from '../db/migrate.ts'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const generated = () => [
  ...['README.md', 'docs/errors.md', 'docs/codebook.md', 'openapi/v1.json', 'openapi/v1.yaml'],
  'sdk/typescript/src/schema.gen.ts',
  ...readdirSync(join(root, 'seeds/schema')).map((name) => `seeds/schema/${name}`),
]
const read = () => new Map(generated().map((path) => [path, readFileSync(join(root, path), 'utf8')]))

function checkFiles(): void {
  const before = read()
  execFileSync('npm', ['run', 'generate', '--silent'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const changed = [...read()].filter(([path, text]) => before.get(path) !== text).map(([path]) => path)
  if (changed.length > 0)
    throw usageError(`Not as generated; commit what npm run generate made: ${changed.join(', ')}`)
}

async function checkDatabaseTypes(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jtai-check-'))
  const cluster = await startCluster({ dataDir, settings: ['fsync=off'] })
  try {
    const db = openOwner(cluster.url('owner'))
    await migrateUp(db)
    await db.destroy()
    execFileSync('kysely-codegen', ['--url', cluster.url('owner'), '--verify'], {
      cwd: root,
      stdio: 'inherit',
    })
  } finally {
    await cluster.stop()
    rmSync(dataDir, { recursive: true, force: true })
    rmSync(findPlace(dataDir).socketFolder, { recursive: true, force: true })
  }
}

// A line that once stood in the seal file and stands there no more is a published release that was edited.
function checkSealHistory(): void {
  const log = execFileSync('git', ['log', '-p', '--format=', '--', 'seeds/releases.sha256'], {
    cwd: root,
    encoding: 'utf8',
  })
  const removed = log.split('\n').filter((line) => /^-[0-9a-f]{64} /.test(line))
  if (removed.length > 0) throw usageError(`A sealed release was changed in history: ${removed.join(', ')}`)
}

await run(async () => {
  checkFiles()
  checkSealHistory()
  await checkDatabaseTypes()
  return 'Every generated file is as generated.'
})
