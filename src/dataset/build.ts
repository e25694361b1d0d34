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

/** Where reading begins: after a release, with what is known then. */
interface Start {
  readonly history: History
  readonly file: ReleaseFile | null
}
const theStart = (): Start => ({ history: emptyHistory(), file: null })

/** Reads and checks the folders in order; throws a usage error that lists every mistake of the first wrong one. */
export function buildReleases(root: string = releasesFolder, start: Start = theStart()): Release[] {
  const releases: Release[] = []
  let { history, file: previous } = start
  const names = listReleases(root)
  for (const name of names.slice(names.indexOf(previous?.version ?? '') + 1)) {
    const folder = readRelease(root, name)
    const { steps, ...applied } = applyRelease(history, folder)
    const issues = [...folder.issues, ...applied.issues]
    // A record whose form is wrong is left out, so references to it would only repeat what is already said.
    if (issues.length === 0) issues.push(...checkSnapshot(applied.history))
    const events = listEvents(history.snapshot, applied.history.snapshot, steps)
    refuseIssues([...issues, ...checkRelease(folder, previous, events)])
    history = applied.history
    previous = folder.release
    if (previous === null) continue // refused above
    releases.push({ file: previous, folderSha256: folder.sha256, snapshot: history.snapshot, events })
  }
  return releases
}
