// Reads release folders: YAML files into records, every mistake of form reported with its place. No database.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, checkAgainst, type Issue } from './issues.ts'
import {
  type AnyRecord,
  type Correction,
  correctionSchemas,
  type Entity,
  entities,
  fileStems,
  ReleaseFile,
  type Restoration,
  RestoredFile,
  recordSchemas,
  type Withdrawal,
  WithdrawnFile,
} from './records.ts'
import { readYaml } from './yaml.ts'

interface Placed<T> {
  readonly value: T
  readonly file: string
}
type Added = Placed<AnyRecord> & { readonly entity: Entity }
type Report = (issue: Issue) => void

/** One release folder as written: what it adds, corrects, withdraws and restores. */
export interface ReleaseFolder {
  readonly name: string
  readonly sha256: string
  readonly release: ReleaseFile | null
  readonly added: readonly Added[]
  readonly corrected: readonly Placed<Correction>[]
  readonly withdrawn: readonly Placed<Withdrawal>[]
  readonly restored: readonly Placed<Restoration>[]
  readonly issues: readonly Issue[]
}

/** Names of the folders below a folder of releases, lowest version first. */
export function listReleases(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .sort(compareVersions)
}

export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (const i of [0, 1, 2]) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** SHA-256 over the names and contents of every file of a release folder. */
export function hashFolder(folder: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
  for (const name of files) {
    const content = readFileSync(join(folder, name))
    hash.update(`${name}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

const checkRelease = checkAgainst(ReleaseFile)
const checkWithdrawal = checkAgainst(WithdrawnFile.items)
const checkRestoration = checkAgainst(RestoredFile.items)
const correctionChecks = new Map(
  entities.map((entity) => [entity, checkAgainst(correctionSchemas[entity] ?? ReleaseFile)]),
)
const recordChecks = new Map<Entity, Check<AnyRecord>>(
  entities.map((entity) => [entity, checkAgainst(recordSchemas[entity])]),
)

/** Tells whether a value is a record of a kind, and reports each field that is not right. */
export function checkRecord(entity: Entity): Check<AnyRecord> {
  const check = recordChecks.get(entity)
  if (check === undefined) throw new Error(`no schema for ${entity}`)
  return check
}

const checkCorrection: Check<Correction> = (value, report): value is Correction => {
  const named: unknown =
    typeof value === 'object' && value !== null && 'entity' in value ? value.entity : undefined
  const entity = entities.find((one) => one === named)
  const check = entity && correctionChecks.get(entity)
  if (check) return check(value, report)
  report('entity', `must be one of: ${entities.join(', ')}`)
  return false
}

/** Reads one release folder; what is wrong with its form stands in `issues`. */
export function readRelease(root: string, name: string): ReleaseFolder {
  const folder = join(root, name)
  const issues: Issue[] = []
  const report = (issue: Issue) => issues.push(issue)
  const allowed = ['release.yaml', 'corrected.yaml', 'withdrawn.yaml', 'restored.yaml', 'added']
  for (const file of readdirSync(folder).filter((file) => !allowed.includes(file))) {
    report({ file: `${name}/${file}`, message: `unknown file. Allowed: ${allowed.join(', ')}` })
  }
  const readOptional = <T>(file: string, check: Check<T>): Placed<T>[] =>
    existsSync(join(root, file)) ? readList(root, file, check, report).map((value) => ({ value, file })) : []
  return {
    name,
    sha256: hashFolder(folder),
    release: readReleaseFile(root, name, report),
    added: readAdded(root, name, report),
    corrected: readOptional(`${name}/corrected.yaml`, checkCorrection),
    withdrawn: readOptional(`${name}/withdrawn.yaml`, checkWithdrawal),
    restored: readOptional(`${name}/restored.yaml`, checkRestoration),
    issues,
  }
}

function readReleaseFile(root: string, name: string, report: Report): ReleaseFile | null {
  const file = `${name}/release.yaml`
  const release = readYaml(root, file, report)
  if (release === undefined) return null
  if (!checkRelease(release, (field, message) => report({ file, field, message }))) return null
  if (release.version === name) return release
  report({ file, field: 'version', message: `must be the name of its folder, ${name}` })
  return null
}

function readAdded(root: string, name: string, report: Report): Added[] {
  const folder = join(root, name, 'added')
  if (!existsSync(folder)) return []
  const added = readdirSync(folder)
    .sort()
    .flatMap((base): Added[] => {
      const file = `${name}/added/${base}`
      const entity = entityOf(base)
      if (entity !== null) {
        return readList(root, file, checkRecord(entity), report).map((value) => ({ entity, value, file }))
      }
      const allowed = Object.values(fileStems).map((stem) => `${stem}.yaml or ${stem}-<anything>.yaml`)
      report({ file, message: `unknown file. Allowed: ${allowed.join(', ')}` })
      return []
    })
  // A record after those it refers to, as far as the kinds of record tell; the order within a kind is kept.
  return added.toSorted((a, b) => entities.indexOf(a.entity) - entities.indexOf(b.entity))
}

function entityOf(file: string): Entity | null {
  const stem = /^([a-z]+)(-[a-z0-9-]+)?\.yaml$/.exec(file)?.[1]
  return entities.find((entity) => fileStems[entity] === stem) ?? null
}

function readList<T>(root: string, file: string, check: Check<T>, report: Report): T[] {
  const list = readYaml(root, file, report)
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    report({ file, message: 'must be a list of records' })
    return []
  }
  return list.filter((value: unknown, index): value is T =>
    check(value, (field, message) => report({ file, record: nameOf(value, index), field, message })),
  )
}

function nameOf(value: unknown, index: number): string {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : `record ${index + 1}`
}
