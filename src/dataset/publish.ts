// Publishes, in order, every release the database lacks, each in one transaction. Twice changes nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InsertObject, sql, type Transaction } from 'kysely'
import type { Owner } from '../db/client.ts'
import type { DB } from '../db/types.gen.ts'
import { usageError } from '../errors.ts'
import { searchText } from '../lib/search-text.ts'
import { type Issue, refuseIssues } from './issues.ts'
import { hashFolder, listReleases, readRelease } from './read.ts'
import type { ReleaseFile } from './records.ts'
import {
  applyRelease,
  type ChangeEvent,
  compare,
  contentSha256,
  emptyHistory,
  type History,
  orderedFindings,
  type Snapshot,
} from './snapshot.ts'
import { checkRelease, checkSnapshot } from './validate.ts'

export const releasesFolder = join(import.meta.dirname, '../../seeds/releases')

/** The file that says what each published folder hashes to; one line a release, `<sha256>  <version>`. */
export const sealFile = (root: string): string => `${root}.sha256`

interface Release {
  readonly file: ReleaseFile
  readonly folderSha256: string
  readonly snapshot: Snapshot
  readonly events: readonly ChangeEvent[]
}

/** Publishes what the database lacks and returns the versions; throws a usage error that lists every mistake. */
export async function publish(db: Owner, root: string = releasesFolder): Promise<string[]> {
  const hashes = hashReleases(root)
  if ((await countPublished(db, hashes)) === hashes.length) return []
  const versions: string[] = []
  for (const [index, release] of buildReleases(root).entries()) {
    const isNew = await db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtext('jtai publish'))`.execute(trx)
      if ((await countPublished(trx, hashes)) > index) return false // another publisher was faster
      await insertRelease(trx, index + 1, release)
      return true
    })
    if (isNew) versions.push(release.file.version)
  }
  return versions
}

/** How many of the folders the database holds; refuses a database that holds anything else. */
async function countPublished(db: Owner, hashes: readonly FolderHash[]): Promise<number> {
  const done = await db.selectFrom('release').select(['version', 'folder_sha256']).orderBy('id').execute()
  refuseIssues(compareWithDatabase(hashes, done))
  return done.length
}

interface FolderHash {
  readonly version: string
  readonly sha256: string
}

function hashReleases(root: string): FolderHash[] {
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

const changedFolder =
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

function compareWithDatabase(
  hashes: readonly FolderHash[],
  done: readonly { version: string; folder_sha256: string }[],
): Issue[] {
  return done.flatMap((release, index): Issue[] => {
    const folder = hashes[index]
    if (folder?.version !== release.version) {
      return [
        { file: release.version, message: 'is published in this database, but its folder is not there' },
      ]
    }
    return folder.sha256 === release.folder_sha256 ? [] : [{ file: release.version, message: changedFolder }]
  })
}

/** Reads and checks the folders in order; throws a usage error that lists every mistake of the first wrong one. */
export function buildReleases(root: string = releasesFolder): Release[] {
  const releases: Release[] = []
  let history: History = emptyHistory()
  for (const name of listReleases(root)) {
    const folder = readRelease(root, name)
    const { events, ...applied } = applyRelease(history, folder)
    history = applied.history
    const issues = [...folder.issues, ...applied.issues]
    // A record whose form is wrong is left out, so references to it would only repeat what is already said.
    if (issues.length === 0) issues.push(...checkSnapshot(history))
    refuseIssues([...issues, ...checkRelease(folder, releases.at(-1)?.file ?? null, events)])
    if (folder.release === null) continue // refused above
    releases.push({ file: folder.release, folderSha256: folder.sha256, snapshot: history.snapshot, events })
  }
  return releases
}

async function insertRelease(trx: Transaction<DB>, release_id: number, release: Release): Promise<void> {
  const { snapshot } = release
  await trx
    .insertInto('release')
    .values({
      id: release_id,
      version: release.file.version,
      released_at: release.file.released_at,
      coded_on: release.file.coded_on,
      notes: release.file.notes,
      folder_sha256: release.folderSha256,
      content_sha256: contentSha256(snapshot),
    })
    .execute()
  const insert = inserter(trx, release_id)

  await insert('programme', numbered(snapshot.programme.values()))
  await insert('inspectorate', numbered(snapshot.inspectorate.values()))
  await insert('area', numbered(snapshot.area.values()))
  await insert(
    'publication',
    numbered(snapshot.publication.values()).map(({ inspection, ...row }) => ({
      ...row,
      inspection_id: inspection,
    })),
  )
  await insert('agency', numbered(snapshot.agency.values()))
  await insert('theme', numbered(snapshot.theme.values()))
  const inspections = numbered(snapshot.inspection.values())
  await insert(
    'inspection',
    inspections.map(({ programme, area, letter, inspectorates, response_contributors, ...row }) => ({
      ...row,
      programme_id: programme,
      area_id: area,
      letter_id: letter,
    })),
  )
  await insert(
    'inspection_inspectorate',
    inspections.flatMap(({ id, inspectorates }) =>
      inspectorates.map((code, at) => ({ inspection_id: id, inspectorate_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'inspection_response_contributor',
    inspections.flatMap(({ id, response_contributors }) =>
      response_contributors.map((code, at) => ({ inspection_id: id, agency_id: code, position: at + 1 })),
    ),
  )
  await insertFindings(insert, snapshot)
  await insertChanges(trx, release_id, release.events)
}

const numbered = <T>(records: Iterable<T>): (T & { position: number })[] =>
  [...records].map((record, index) => ({ ...record, position: index + 1 }))

type Insert = ReturnType<typeof inserter>
type Rows<T extends keyof DB> = readonly Omit<InsertObject<DB, T>, 'release_id'>[]

// PostgreSQL takes 65,535 parameters a statement; no table here has more than 20 columns.
const rowsPerStatement = 1_000

function inserter(trx: Transaction<DB>, release_id: number) {
  return async <T extends keyof DB>(table: T, rows: Rows<T>): Promise<void> => {
    for (let start = 0; start < rows.length; start += rowsPerStatement) {
      const values = rows.slice(start, start + rowsPerStatement).map((row) => ({ ...row, release_id }))
      await trx
        .insertInto(table)
        .values(values as never)
        .execute()
    }
  }
}

async function insertFindings(insert: Insert, snapshot: Snapshot): Promise<void> {
  const findings = numbered(orderedFindings(snapshot))
  const ranks = (order: typeof findings) => new Map(order.map((finding, index) => [finding.id, index + 1]))
  const byId = ranks(findings.toSorted((a, b) => compare(a.id, b.id)))
  const oldestFirst = ranks(
    findings.toSorted((a, b) => compare(a.published_on, b.published_on) || compare(a.id, b.id)),
  )
  await insert(
    'finding',
    findings.map((finding) => ({
      id: finding.id,
      position: finding.position,
      position_oldest_first: oldestFirst.get(finding.id) ?? 0,
      position_by_id: byId.get(finding.id) ?? 0,
      programme_id: finding.programme,
      scope: finding.scope,
      inspection_id: finding.inspection,
      area_id: finding.area,
      publication_id: finding.publication,
      published_on: finding.published_on,
      kind: finding.kind,
      section: finding.section,
      basis: finding.basis,
      summary: finding.summary,
      note: finding.note,
      tsv: searchVector(finding.summary, [
        ...finding.agencies.map((code) => snapshot.agency.get(code)?.label ?? ''),
        ...finding.themes.map((code) => snapshot.theme.get(code)?.label ?? ''),
      ]),
    })),
  )
  await insert(
    'finding_agency',
    findings.flatMap(({ id, agencies }) =>
      agencies.map((code, at) => ({ finding_id: id, agency_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'finding_theme',
    findings.flatMap(({ id, themes }) =>
      themes.map((code, at) => ({ finding_id: id, theme_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'evidence',
    findings.flatMap(({ id, evidence }) =>
      evidence.map(({ publication, relation, page, heading, item }, at) => ({
        finding_id: id,
        position: at + 1,
        publication_id: publication,
        relation,
        page,
        heading,
        item,
      })),
    ),
  )
}

const searchVector = (summary: string, labels: readonly string[]) => sql<string>`
  setweight(to_tsvector('english', ${searchText(summary)}), 'A')
    || setweight(to_tsvector('english', ${searchText(labels.join('. '))}), 'B')`

async function insertChanges(
  trx: Transaction<DB>,
  release_id: number,
  events: readonly ChangeEvent[],
): Promise<void> {
  const last = await trx
    .selectFrom('change')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  const first = (last?.seq ?? 0) + 1
  await inserter(trx, release_id)(
    'change',
    events.map((event, index) => ({
      seq: first + index,
      type: event.type,
      entity: event.entity,
      entity_id: event.id,
      reason: event.reason,
      replaced_by: event.replaced_by,
      changed_fields: [...event.changed_fields],
      before: event.before === null ? null : JSON.stringify(event.before),
      after: event.after === null ? null : JSON.stringify(event.after),
    })),
  )
}
