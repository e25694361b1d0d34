// The seal of what a release is told as: the SHA-256 of each of its text files and of its change events.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { type Release, releasesFolder } from '../build.ts'
import { contentOf } from '../content.ts'
import { makeFiles } from './make.ts'

/** Kept beside the seals of the folders. */
export const fileSeals = `${releasesFolder}.files.sha256`

const isText = /\.(csv|ndjson|json)$/

/** One line each, `<sha256>  <version>/<name>`: what may never change, whatever becomes of the code that makes it. */
export async function sealFiles(releases: readonly Release[]): Promise<string[]> {
  const lines: string[] = []
  for (const release of releases) {
    const { version } = release.file
    const folder = mkdtempSync(join(tmpdir(), 'jtai-seal-'))
    try {
      const files = (await makeFiles(release.file, contentOf(release.snapshot), folder)).filter(({ name }) =>
        isText.test(name),
      )
      lines.push(...files.map(({ name, sha256 }) => `${sha256}  ${version}/${name}`))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    const events = createHash('sha256')
      .update(canonicalize(release.events) ?? '')
      .digest('hex')
    lines.push(`${events}  ${version}/changes`)
  }
  return lines
}
