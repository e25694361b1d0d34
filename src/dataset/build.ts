// From release folders to releases: read, applied one on the other, checked. No database.
import { join } from 'node:path'
import { type ChangeEvent, listEvents } from './events.ts'
import { refuseIssues } from './issues.ts'
import { listReleases, readRelease } from './read.ts'
import type { ReleaseFile } from './records.ts'
import { applyRelease, emptyHistory, type History, type Snapshot } from './snapshot.ts'
import { checkRelease, checkSnapshot } from './validate.ts'

export const releasesFolder = join(import.meta.dirname, '../../seeds/releases')

/** A release ready to be published. */
export interface Release {
  readonly file: ReleaseFile
  readonly folderSha256: string
  readonly snapshot: Snapshot
  readonly events: readonly ChangeEvent[]
}

/** Reads and checks the folders in order; throws a usage error that lists every mistake of the first wrong one. */
export function buildReleases(root: string = releasesFolder): Release[] {
  const releases: Release[] = []
  let history: History = emptyHistory()
  for (const name of listReleases(root)) {
    const folder = readRelease(root, name)
    const { steps, ...applied } = applyRelease(history, folder)
    const issues = [...folder.issues, ...applied.issues]
    // A record whose form is wrong is left out, so references to it would only repeat what is already said.
    if (issues.length === 0) issues.push(...checkSnapshot(applied.history))
    const events = listEvents(history.snapshot, applied.history.snapshot, steps)
    refuseIssues([...issues, ...checkRelease(folder, releases.at(-1)?.file ?? null, events)])
    history = applied.history
    if (folder.release === null) continue // refused above
    releases.push({ file: folder.release, folderSha256: folder.sha256, snapshot: history.snapshot, events })
  }
  return releases
}
