// What it takes to publish a release of many findings of which one in a hundred changed: node bench/publication.ts
// [findings]. It may take 60 s and 500 MB, in a process of its own.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { publish } from '../src/dataset/publish.ts'
import { hashFolder } from '../src/dataset/read.ts'
import { writeSeals } from '../src/dataset/seals.ts'
import { openOwner } from '../src/db/client.ts'
import { findPlace, startCluster } from '../src/db/embedded/cluster.ts'
import { migrateUp } from '../src/db/migrate.ts'
import { hashContent } from '../test/support/content.ts'
import { writeReleases } from './dataset.ts'
import { report } from './report.ts'

const mostSeconds = 60
const mostMemory = 500

/** What a publishing process tells when it is done. */
interface Cost {
  readonly seconds: number
  readonly megabytes: number
}

async function publishHere(url: string, root: string): Promise<Cost> {
  const owner = openOwner(url)
  const began = performance.now()
  await publish(owner, root)
  const seconds = (performance.now() - began) / 1_000
  await owner.destroy()
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return { seconds, megabytes: Number(kilobytes) / 1_024 }
}

/** Publishes a folder of releases in a process of its own. */
function publishApart(url: string, root: string): Cost {
  return JSON.parse(execFileSync(process.execPath, [import.meta.filename, url, root], { encoding: 'utf8' }))
}

/** What the database must hold: every event, and findings whose text is that of the folders. */
async function check(url: string, findings: number): Promise<void> {
  const owner = openOwner(url)
  const { rows } = await sql<{ count: number; changes: number; again: number; stated: string }>`
    SELECT count(*) AS count, count(*) FILTER (WHERE summary LIKE '% again.') AS again,
      (SELECT count(*) FROM change WHERE release_id = 2) AS changes,
      (SELECT content_sha256 FROM release WHERE id = 2) AS stated
    FROM finding WHERE release_id = 2`.execute(owner)
  const found = await hashContent(owner)
  await owner.destroy()
  const [row] = rows
  const corrected = Math.floor((findings + 50) / 100)
  if (row?.count !== findings || row.again !== corrected || row.changes !== corrected)
    throw new Error(`not what was written: ${JSON.stringify(row)}`)
  if (row.stated !== found) throw new Error(`content_sha256 is ${row.stated}, but the rows hash to ${found}`)
}

async function measure(findings: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'jtai-bench-'))
  const cluster = await startCluster({ dataDir: folder, fresh: true })
  try {
    const url = cluster.url('owner')
    const owner = openOwner(url)
    await migrateUp(owner)
    await owner.destroy()
    const [all, first] = [join(folder, 'all'), join(folder, 'first')]
    writeReleases(all, findings)
    cpSync(join(all, '1.0.0'), join(first, '1.0.0'), { recursive: true })
    writeSeals(first, new Map([['1.0.0', hashFolder(join(first, '1.0.0'))]]))
    for (const root of [first, all]) {
      const { seconds, megabytes } = publishApart(url, root)
      const what = root === first ? 'all of them' : 'one in a hundred changed'
      const bars = root === all ? { time: { bar: mostSeconds }, memory: { bar: mostMemory } } : {}
      const name = `publication of ${findings} findings, ${what}`
      report({ name, unit: 's', value: seconds, direction: 'at most', ...bars.time })
      report({ name, unit: 'MB', value: megabytes, direction: 'at most', ...bars.memory })
    }
    await check(url, findings)
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
    rmSync(findPlace(folder).socketFolder, { recursive: true, force: true })
  }
}

const [argument = '100000', root] = process.argv.slice(2)
if (root === undefined) await measure(Number(argument))
else process.stdout.write(JSON.stringify(await publishHere(argument, root)))
