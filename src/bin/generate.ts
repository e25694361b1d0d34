// npm run generate: rewrites every generated file: JSON Schemas of the seeds, openapi/v1.*, tables in the docs, the SBOM.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { buildApp } from '../app.ts'
import { describeSetting, settingsSchema } from '../config.ts'
import { buildReleases } from '../dataset/build.ts'
import {
  addedFile,
  CorrectedFile,
  entities,
  fileStems,
  ReleaseFile,
  RestoredFile,
  WithdrawnFile,
} from '../dataset/records.ts'
import { openOffline } from '../db/offline.ts'
import { problemTypes } from '../errors.ts'
import { openMetrics } from '../http/metrics.ts'
import { run } from './run.ts'
import { makeSbom } from './sbom.ts'

const root = join(import.meta.dirname, '../..')
const write = (path: string, text: string) => writeFileSync(join(root, path), text)

async function writeContract(): Promise<void> {
  const app = await buildApp({
    ...openOffline(),
    metrics: openMetrics(),
    config: {
      publicUrl: 'http://127.0.0.1:3000',
      trustProxy: false,
      exportsMax: 8,
      rateLimit: 0,
      loopDelayMax: 0,
      memoryMax: 0,
      cacheMegabytes: 64,
      contact: null,
    },
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  write('openapi/v1.json', `${JSON.stringify(document, null, 2)}\n`)
  write('openapi/v1.yaml', stringify(document, { aliasDuplicateObjects: false }))
}

function writeSeedSchemas(): void {
  mkdirSync(join(root, 'seeds/schema'), { recursive: true })
  const schemas = {
    release: ReleaseFile,
    corrected: CorrectedFile,
    withdrawn: WithdrawnFile,
    restored: RestoredFile,
    ...Object.fromEntries(entities.map((entity) => [fileStems[entity], addedFile(entity)])),
  }
  for (const [name, schema] of Object.entries(schemas)) {
    const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }
    write(`seeds/schema/${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`)
  }
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Replaces what stands between `<!-- generated:name -->` and `<!-- /generated:name -->` of a document. */
function writeTable(path: string, name: string, text: string): void {
  const [open, close] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`]
  const old = readFileSync(join(root, path), 'utf8')
  const [start, end] = [old.indexOf(open), old.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`${path} has no ${open} ... ${close}`)
  write(path, `${old.slice(0, start + open.length)}\n${text}\n${old.slice(end)}`)
}

function writeTables(): void {
  const settings = Object.entries(settingsSchema.properties).map(([name, schema]) => {
    const standard: unknown = Reflect.get(schema, 'default')
    return [`\`${name}\``, standard === undefined ? 'unset' : `\`${standard}\``, describeSetting(name)]
  })
  writeTable('README.md', 'settings', table(['setting', 'default', 'meaning'], settings))
  const problems = Object.entries(problemTypes).map(([code, { status, title, description }]) => [
    `\`${code}\``,
    String(status),
    `${title}. ${description}`,
  ])
  writeTable('docs/errors.md', 'problems', table(['code', 'status', 'meaning'], problems))
  const snapshot = buildReleases().at(-1)?.snapshot
  for (const [name, codes] of [
    ['agencies', snapshot?.agency],
    ['themes', snapshot?.theme],
  ] as const) {
    const rows = [...(codes?.values() ?? [])].map(({ id, label, definition, broader }) => [
      `\`${id}\``,
      label,
      definition,
      broader === null ? '' : `\`${broader}\``,
    ])
    writeTable('docs/codebook.md', name, table(['code', 'label', 'definition', 'broader'], rows))
  }
}

await run(async () => {
  writeSeedSchemas()
  await writeContract()
  writeTables()
  write('docs/sbom.cdx.json', makeSbom())
  return 'Generated: seeds/schema, openapi/v1.json, openapi/v1.yaml, docs/sbom.cdx.json, tables in README.md, docs/errors.md, docs/codebook.md'
})
