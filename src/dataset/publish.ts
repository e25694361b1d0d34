// Publishes, in order, every release the database lacks, each in one transaction. Twice changes nothing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SqlBool, sql, type Transaction } from 'kysely'
import type { Owner } from '../db/client.ts'
import type { DB } from '../db/types.gen.ts'
import { isUsageError } from '../errors.ts'
import { buildReleases, type Release, releasesFolder } from './build.ts'
import { type Content, contentOf } from './content.ts'
import { makeFiles } from './files/make.ts'
import { readHistory } from './history.ts'
import { insertChanges, insertFiles, insertRelease } from './insert.ts'
import { type Issue, refuseIssues } from './issues.ts'
import type { ReleaseFile } from './records.ts'
import { changedFolder, type FolderHash, hashReleases } from './seals.ts'

/** Publishes what the database lacks and returns the versions; throws a usage error that lists every mistake. */
export async function publish(db: Owner, root: string = releasesFolder): Promise<string[]> {
  const hashes = hashReleases(root)
  const done = await readPublished(db, hashes)
  if (done.length === hashes.length && done.every(({ has_files }) => has_files)) return []
  const versions: string[] = []
  for (const release of await buildMissing(db, root, done)) {
    const { version } = release.file
    const id = 1 + hashes.findIndex((one) => one.version === version)
    const isNew = await db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtext('jtai publish'))`.execute(trx)
      const published = (await readPublished(trx, hashes)).find((one) => one.version === version)
      if (published?.has_files) return false // another publisher was faster
      // Feed and files follow from the folder: they are made also for a release that was published before there were any.
      await publishFiles(trx, id, release, async (content) => {
        if (published === undefined) await insertRelease(trx, id, release, content)
        await insertChanges(trx, id, release.events)
      })
      // Without statistics of the new rows PostgreSQL plans counts fifty times too slow until it takes them by itself.
      await sql`ANALYZE finding, finding_agency, finding_theme, evidence, area, publication, change`.execute(
        trx,
      )
      return published === undefined
    })
    if (isNew) versions.push(version)
  }
  return versions
}

/**
 * At least every release the database lacks. What was before is read from its feed, which is far faster than all of
 * the folders; but only they know the file of each record, so a mistake is told by reading them.
 */
async function buildMissing(db: Owner, root: string, done: readonly Published[]): Promise<Release[]> {
  const file = done.at(-1)
  if (file === undefined || done.some(({ has_files }) => !has_files)) return buildReleases(root)
  try {
    return buildReleases(root, { history: await readHistory(db, done.length), file })
  } catch (error) {
    if (!isUsageError(error)) throw error
    return buildReleases(root)
  }
}

/** Makes the files of a release while its rows are inserted, and writes them when both are done. */
async function publishFiles(
  trx: Transaction<DB>,
  releaseId: number,
  { file, snapshot }: Release,
  insertRows: (content: Content) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jtai-files-'))
  try {
    const content = contentOf(snapshot)
    const both = [makeFiles(file, content, folder), insertRows(content)] as const
    // Neither may go on when the transaction is over because the other failed.
    await Promise.allSettled(both)
    const [files] = await Promise.all(both)
    await insertFiles(trx, releaseId, folder, files)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Published extends ReleaseFile {
  readonly folder_sha256: string
  readonly has_files: SqlBool
}

/** What the database holds; refuses a database that holds anything but the folders. */
async function readPublished(db: Owner, hashes: readonly FolderHash[]): Promise<Published[]> {
  const done = await db
    .selectFrom('release')
    .select(['version', 'released_at', 'coded_on', 'notes', 'folder_sha256'])
    .select(({ exists, selectFrom }) =>
      exists(selectFrom('release_file').select('name').whereRef('release_id', '=', 'release.id')).as(
        'has_files',
      ),
    )
    .orderBy('id')
    .execute()
  refuseIssues(compareWithDatabase(hashes, done))
  return done
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
