// What a database tells of the releases before: the same as their folders, whatever happened in them.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { readHistory } from '../../src/dataset/history.ts'
import { publish } from '../../src/dataset/publish.ts'
import { entities } from '../../src/dataset/records.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import type { Owner } from '../../src/db/client.ts'
import { createDatabase } from '../support/cluster.ts'
import { histories, writeHistory } from '../support/histories.ts'
import { addRecords, addRelease, copyReleases, sealReleases } from '../support/releases.ts'

/** Records with their fields, each in its order. */
const textOf = (snapshot: Snapshot) =>
  entities.map((entity) => [...snapshot[entity]].map((entry) => JSON.stringify(entry)))

/** All that a release is: its content, its feed, its files. */
async function readReleases(db: Owner) {
  const rowsOf = async (table: string) =>
    (await sql`SELECT * FROM ${sql.table(table)} ORDER BY 1, 2, 3`.execute(db)).rows
  return Promise.all(['release', 'change', 'release_file', 'finding', 'evidence', 'theme'].map(rowsOf))
}

for (const [index, history] of fc.sample(histories(3), { numRuns: 4, seed: 4 }).entries()) {
  t.test(`history ${index + 1}`, async (t) => {
    const all = copyReleases(t)
    const versions = writeHistory(all, history)
    const { owner: atOnce } = await createDatabase(t, 'empty')
    await publish(atOnce, all)

    for (const [at, { snapshot, file }] of buildReleases(all).entries()) {
      const told = await readHistory(atOnce, at + 1)
      t.same(textOf(told.snapshot), textOf(snapshot), `${file.version} as its feed tells it`)
    }

    const { owner: oneByOne } = await createDatabase(t, 'fixture')
    const some = copyReleases(t)
    for (const version of versions) {
      cpSync(join(all, version), join(some, version), { recursive: true })
      sealReleases(some)
      t.same(await publish(oneByOne, some), [version])
    }
    t.same(await readReleases(oneByOne), await readReleases(atOnce), 'the same, published one at a time')
  })
}

t.test('a mistake is told with the file of the record, also where its release is published', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const root = copyReleases(t)
  const theme = buildReleases(root).at(-1)?.snapshot.theme.values().next().value
  addRelease(root, '1.2.0')
  addRecords(root, '1.2.0/added/themes.yaml', { ...theme })
  sealReleases(root)
  await t.rejects(publish(owner, root), { message: /already exists, in 1\.0\.0\/added\/themes\.yaml/ })
})

t.test('a feed that tells no record is not believed', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  await sql`UPDATE change SET after = '{"id": "x"}' WHERE seq = 1`.execute(owner)
  await t.rejects(readHistory(owner, 2), { message: /The change feed tells no record of/ })
  const root = copyReleases(t)
  writeHistory(root, [[{ act: 'addFinding', pick: 0 }]])
  t.same(await publish(owner, root), ['1.2.0'], 'the folders are')
})

t.test(
  'a feed that was altered is not believed: what it tells has not the checksum of the release',
  async (t) => {
    const { owner } = await createDatabase(t, 'fixture')
    await sql`UPDATE change SET after = jsonb_set(after, '{summary}', '"Something else."')
    WHERE entity_id = 'northmoor-2016-002'`.execute(owner)
    await t.rejects(readHistory(owner, 2), { message: /does not lead to the content of 1\.1\.0/ })
    const root = copyReleases(t)
    writeHistory(root, [[{ act: 'addFinding', pick: 0 }]])
    await publish(owner, root)
    const { rows } =
      await sql`SELECT summary FROM finding WHERE release_id = 3 AND summary = 'Something else.'`.execute(
        owner,
      )
    t.same(rows, [])
  },
)
