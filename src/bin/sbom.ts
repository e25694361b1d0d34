// The bill of materials: every package that is shipped, as CycloneDX, read from the lockfile alone.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

interface Bom {
  readonly metadata: { readonly tools: { components: readonly { readonly name: string }[] } }
}

/** The same on every machine: without what is installed there, its platform, its npm or the time. */
export function makeSbom(): string {
  const made = execFileSync(
    'cyclonedx-npm',
    ['--package-lock-only', '--omit=dev', '--output-reproducible', '--spec-version=1.6', '--output-file=-'],
    { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8', maxBuffer: 64_000_000 },
  )
  const bom: Bom = JSON.parse(made)
  const { tools } = bom.metadata
  tools.components = tools.components.filter(({ name }) => name !== 'npm')
  return `${JSON.stringify(bom, null, 2)}\n`
}
