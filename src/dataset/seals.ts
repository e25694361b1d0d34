// The seal of a release folder: its hash, kept beside the folders, so that a published one is never edited unseen.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../errors.ts'
import { type Issue, refuseIssues } from './issues.ts'
import { hashFolder, listReleases } from './read.ts'

/** The file that says what each published folder hashes to; one line a release, `<sha256>  <version>`. */
export const sealFile = (root: string): string => `${root}.sha256`

export interface FolderHash {
  readonly version: string
  readonly sha256: string
}

/** Hashes the folders, lowest version first; refuses one that differs from its seal, or has none. */
export function hashReleases(root: string): FolderHash[] {
  if (!existsSync(root)) throw usageError(`There is no folder of releases at ${root}.`)
  const hashes = listReleases(root).map((version) => ({ version, sha256: hashFolder(join(root, version)) }))
  if (hashes.length === 0) throw usageError(`There is no release in ${root}.`)
  refuseIssues(compareWithSeal(root, hashes))
  return hashes
}

// A folder without a seal is a draft: it can be checked, but a published one must be sealed.
function compareWithSeal(root: string, hashes: readonly FolderHash[]): Issue[] {
  const file = sealFile(root)
  const sealed = readSeals(root)
  const name = file.split('/').at(-1) ?? file
  const issues: Issue[] = hashes.flatMap(({ version, sha256 }) => {
    const seal = sealed.get(version)
    if (seal === undefined)
      return [{ file: version, message: `is not sealed in ${name}: run npm run db:seal` }]
    return seal === sha256 ? [] : [{ file: version, message: changedFolder }]
  })
  const gone = [...sealed.keys()].filter((version) => !hashes.some((one) => one.version === version))
  return [
    ...issues,
    ...gone.map((version) => ({ file: version, message: `is sealed in ${name}, but the folder is gone` })),
  ]
}

/** What is said of a published folder that differs from what was published. */
export const changedFolder =
  'was published and has been changed since. A published folder is never edited: undo the edit and put it into a new release'

/** The sealed releases by version; empty where there is no seal file. */
export function readSeals(root: string): Map<string, string> {
  const file = sealFile(root)
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return new Map(lines.filter(Boolean).map((line) => [line.slice(66), line.slice(0, 64)]))
}

export function writeSeals(root: string, seals: ReadonlyMap<string, string>): void {
  writeFileSync(sealFile(root), [...seals].map(([version, sha256]) => `${sha256}  ${version}\n`).join(''))
}
