// npm run db:seal: checks every release folder and writes the hash of each new one to seeds/releases.sha256.
import { join } from 'node:path'
import { buildReleases, releasesFolder } from '../dataset/build.ts'
import { hashFolder, listReleases } from '../dataset/read.ts'
import { readSeals, writeSeals } from '../dataset/seals.ts'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

await run(async () => {
  buildReleases()
  const seals = readSeals(releasesFolder)
  const added: string[] = []
  for (const version of listReleases(releasesFolder)) {
    const sha256 = hashFolder(join(releasesFolder, version))
    const sealed = seals.get(version)
    if (sealed === sha256) continue
    if (sealed !== undefined) {
      throw usageError(
        `${version} is sealed and has been changed: undo the edit and put it into a new release.`,
      )
    }
    seals.set(version, sha256)
    added.push(version)
  }
  writeSeals(releasesFolder, seals)
  return added.length === 0 ? 'Every release is sealed already.' : `Sealed: ${added.join(', ')}`
})
