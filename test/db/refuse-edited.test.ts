// A published folder is never edited: what the publisher says where folders, seals and database disagree.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { sealFile } from '../../src/dataset/seals.ts'
import { createDatabase } from '../support/cluster.ts'
import { makeFolder } from '../support/folders.ts'
import { addRecords, addRelease, copyReleases, editRecord, sealReleases } from '../support/releases.ts'

const changed =
  'was published and has been changed since. A published folder is never edited: undo the edit and put it into a new release'
const editArea = (root: string) =>
  editRecord(root, '1.0.0/added/areas.yaml', 'eastvale', { name: 'East Vale' })

const refused = (...lines: string[]) => ({
  usage: true,
  message: [`Nothing was published. ${lines.length} problem(s):`, ...lines].join('\n'),
})

t.test('refuses a sealed folder that was edited', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  const root = copyReleases(t)
  sealReleases(root)
  editArea(root)
  await t.rejects(publish(owner, root), refused(`1.0.0: ${changed}`))
})

t.test('refuses a published folder that was edited and sealed again', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const root = copyReleases(t)
  editArea(root)
  sealReleases(root)
  await t.rejects(publish(owner, root), refused(`1.0.0: ${changed}`))
})

t.test('refuses the edit also where a new release stands beside it', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const root = copyReleases(t)
  editArea(root)
  addRelease(root, '1.1.1')
  addRecords(root, '1.1.1/corrected.yaml', {
    entity: 'theme',
    id: 'weather',
    reason: 'It rains.',
    set: { label: 'Rain' },
  })
  sealReleases(root)
  await t.rejects(publish(owner, root), refused(`1.0.0: ${changed}`))
  t.equal((await owner.selectFrom('release').select('id').execute()).length, 2)
})

t.test('refuses a folder that is not sealed', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  const root = copyReleases(t)
  await t.rejects(
    publish(owner, root),
    refused(
      '1.0.0: is not sealed in releases.sha256: run npm run db:seal',
      '1.1.0: is not sealed in releases.sha256: run npm run db:seal',
    ),
  )
})

t.test('refuses a sealed folder that is gone', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  const root = copyReleases(t)
  sealReleases(root)
  rmSync(join(root, '1.1.0'), { recursive: true })
  await t.rejects(
    publish(owner, root),
    refused('1.1.0: is sealed in releases.sha256, but the folder is gone'),
  )
})

t.test('refuses a database that holds a release whose folder is gone', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const root = copyReleases(t)
  rmSync(join(root, '1.1.0'), { recursive: true })
  sealReleases(root)
  await t.rejects(
    publish(owner, root),
    refused('1.1.0: is published in this database, but its folder is not there'),
  )
})

t.test('publishes a new release beside the published ones', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const root = copyReleases(t)
  addRelease(root, '1.1.1')
  addRecords(root, '1.1.1/corrected.yaml', {
    entity: 'theme',
    id: 'weather',
    reason: 'It rains.',
    set: { label: 'Rain' },
  })
  sealReleases(root)
  t.same(await publish(owner, root), ['1.1.1'])
})

t.test('refuses a folder without a release, and one that is not there', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  const root = makeFolder(t)
  await t.rejects(publish(owner, root), { usage: true, message: `There is no release in ${root}.` })
  const nowhere = join(root, 'nowhere')
  await t.rejects(publish(owner, nowhere), {
    usage: true,
    message: `There is no folder of releases at ${nowhere}.`,
  })
  t.equal(sealFile(root), `${root}.sha256`, 'its seal would stand beside it')
})
