// The packages package-lock.json names, also those of other platforms. For the gates and their tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Locked {
  readonly name: string
  readonly version: string
  /** Absent where its package.json names none. */
  readonly license?: unknown
  readonly integrity?: string
  readonly resolved?: string
  readonly hasInstallScript?: boolean
  /** Whether only tools need it: such a package is never shipped. */
  readonly dev?: boolean
}

export function readLockfile(): readonly Locked[] {
  const text = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')
  const { packages }: { packages: Readonly<Record<string, Locked>> } = JSON.parse(text)
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({ ...entry, name: entry.name ?? path.replace(/^.*node_modules\//, '') }))
}
