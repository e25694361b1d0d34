// Publishes, in order, every release the database lacks, each in one transaction. Twice changes nothing.
import { sql } from 'kysely'
import type { Owner } from '../db/client.ts'
import { buildReleases, releasesFolder } from './build.ts'
import { insertRelease } from './insert.ts'
import { type Issue, refuseIssues } from './issues.ts'
import { changedFolder, type FolderHash, hashReleases } from './seals.ts'

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
      // Without statistics of the new rows PostgreSQL plans counts fifty times too slow until it takes them by itself.
      await sql`ANALYZE finding, finding_agency, finding_theme, evidence, area, publication`.execute(trx)
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
