// npm run check:generated: makes every generated file anew and fails if one differs, also those of published releases.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildReleases } from '../dataset/build.ts'
import { fileSeals, sealFiles } from '../dataset/files/seal.ts'
import { openOwner } from '../db/client.ts'
import { findPlace, startCluster } from '../db/embedded/cluster.ts'
import { migrateUp } from '../db/migrate.ts'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const generated = () => [
  ...['README.md', 'docs/errors.md', 'docs/codebook.md', 'openapi/v1.json', 'openapi/v1.yaml'],
  'docs/sbom.cdx.json',
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

/** A file of a published release that comes out otherwise would be another at an address that never changes. */
async function checkFileSeals(): Promise<void> {
  const sealed = readFileSync(fileSeals, 'utf8').split('\n').filter(Boolean)
  const made = new Set(await sealFiles(buildReleases()))
  const changed = sealed.filter((line) => !made.has(line)).map((line) => line.slice(66))
  if (changed.length > 0 || sealed.length !== made.size) {
    throw usageError(
      `Not as published, docs/api-stability.md: ${changed.join(', ') || 'files without a seal'}`,
    )
  }
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

// A line that once stood in a seal file and stands there no more is a published release that was edited.
function checkSealHistory(): void {
  const log = execFileSync('git', ['log', '-p', '--format=', '--', 'seeds/*.sha256'], {
    cwd: root,
    encoding: 'utf8',
  })
  const removed = log.split('\n').filter((line) => /^-[0-9a-f]{64} /.test(line))
  if (removed.length > 0) throw usageError(`A sealed release was changed in history: ${removed.join(', ')}`)
}

await run(async () => {
  checkFiles()
  checkSealHistory()
  await checkFileSeals()
  await checkDatabaseTypes()
  return 'Every generated file is as generated.'
})
