// npm run db:seal: checks every release folder and writes the hashes of each new one, and of its files, to seeds/.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildReleases, releasesFolder } from '../dataset/build.ts'
import { fileSeals, sealFiles } from '../dataset/files/seal.ts'
import { hashFolder, listReleases } from '../dataset/read.ts'
import { readSeals, writeSeals } from '../dataset/seals.ts'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

await run(async () => {
  const releases = buildReleases()
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
  const lines = await sealFiles(releases.filter(({ file }) => added.includes(file.version)))
  appendFileSync(fileSeals, lines.map((line) => `${line}\n`).join(''))
  return added.length === 0 ? 'Every release is sealed already.' : `Sealed: ${added.join(', ')}`
})
