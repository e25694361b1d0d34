// What a publication keeps of the files of a release: every byte of them, the same ones wherever it is published.
import { createHash } from 'node:crypto'
import { unzipSync } from 'fflate'
import { sql } from 'kysely'
import t from 'tap'
import { releasesFolder } from '../../src/dataset/build.ts'
import { publish } from '../../src/dataset/publish.ts'
import { listReleases } from '../../src/dataset/read.ts'
import type { Owner } from '../../src/db/client.ts'
import { createDatabase } from '../support/cluster.ts'
import { fixtureReleases } from '../support/releases.ts'

const { owner } = await createDatabase(t, 'fixture')
const partSize = 262_144

const names = [
  ...['findings.csv', 'programmes.csv', 'inspectorates.csv', 'areas.csv', 'publications.csv', 'agencies.csv'],
  ...['themes.csv', 'inspections.csv', 'evidence.csv', 'findings.ndjson', 'datapackage.json'],
  ...[
    'findings.csv-metadata.json',
    'findings.xlsx',
    'findings.parquet',
    'jtai.sqlite',
    'SHA256SUMS',
    'all.zip',
  ],
]
const isText = (name: string) => /\.(csv|ndjson|json)$|SUMS$/.test(name)

const listFiles = (db: Owner) =>
  db.selectFrom('release_file').selectAll().orderBy('release_id').orderBy('position').execute()

const listParts = (db: Owner) =>
  db
    .selectFrom('release_file_part')
    .selectAll()
    .orderBy('release_id')
    .orderBy('name')
    .orderBy('part')
    .execute()

const listChanges = (db: Owner) => db.selectFrom('change').selectAll().orderBy('seq').execute()

/** The bytes of every file, by release and name. */
async function readFiles(db: Owner): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer[]>()
  for (const { release_id, name, content } of await listParts(db)) {
    const key = `${release_id} ${name}`
    parts.set(key, [...(parts.get(key) ?? []), content])
  }
  return new Map([...parts].map(([key, contents]) => [key, Buffer.concat(contents)]))
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

t.test('every release has every file, listed in one order', async (t) => {
  const files = await listFiles(owner)
  for (const release of [1, 2]) {
    const ofRelease = files.filter(({ release_id }) => release_id === release)
    t.same(
      ofRelease.map(({ name }) => name),
      names,
    )
    t.same(
      ofRelease.map(({ position }) => position),
      names.map((_, index) => index + 1),
    )
    for (const { description, media_type } of ofRelease) {
      t.match(description, /^[A-Z].*\.$/)
      t.match(media_type, /^[a-z]+\/[a-z0-9.+-]+(; [a-z]+=[\w-]+)*$/)
    }
  }
})

for (const world of ['fixture', 'real'] as const) {
  t.test(`the parts of each file of the ${world} data are its bytes`, async (t) => {
    const { owner } = await createDatabase(t, world)
    const files = await listFiles(owner)
    const kept = await readFiles(owner)
    t.equal(kept.size, files.length, 'no part belongs to no file')
    for (const { release_id, name, bytes, sha256: hash } of files) {
      const content = kept.get(`${release_id} ${name}`)
      t.equal(content?.length, bytes, name)
      t.equal(sha256(content ?? Buffer.alloc(0)), hash, name)
    }
    const parts = await listParts(owner)
    for (const { release_id, name, bytes } of files) {
      const ofFile = parts.filter((part) => part.release_id === release_id && part.name === name)
      t.same(
        ofFile.map(({ part, content }) => [part, content.length]),
        Array.from({ length: Math.ceil(bytes / partSize) }, (_, part) => [
          part,
          Math.min(partSize, bytes - part * partSize),
        ]),
        `${name}: every part but the last is full`,
      )
    }
    t.ok(world === 'fixture' || files.some(({ bytes }) => bytes > 3 * partSize), 'some have several parts')
  })
}

t.test('one release published in two places is the same files, byte by byte', async (t) => {
  const { owner: elsewhere } = await createDatabase(t, 'empty')
  await publish(elsewhere, fixtureReleases)
  const [here, there] = [await readFiles(owner), await readFiles(elsewhere)]
  t.same([...there.keys()], [...here.keys()])
  for (const [key, content] of here) t.ok(content.equals(there.get(key) ?? Buffer.alloc(0)), key)
  const lists = await Promise.all([owner, elsewhere].map(listFiles))
  t.same(lists[1], lists[0])
})

t.test('they do not depend on the zone or the language of the machine', async (t) => {
  const { owner: elsewhere } = await createDatabase(t, 'empty')
  const { TZ } = process.env
  process.env.TZ = 'Pacific/Kiritimati'
  t.teardown(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })
  t.equal(new Date('2020-01-01T12:00:00Z').getDate(), 2, 'it is another day here')
  await publish(elsewhere, fixtureReleases)
  const there = await readFiles(elsewhere)
  for (const [key, content] of await readFiles(owner))
    t.ok(content.equals(there.get(key) ?? Buffer.alloc(0)), key)
})

t.test('a file of text does not say where it is served', async (t) => {
  const { owner: real } = await createDatabase(t, 'real')
  const files = [...(await readFiles(owner)), ...(await readFiles(real))].filter(([key]) => isText(key))
  t.equal(files.length, 13 * (2 + listReleases(releasesFolder).length))
  for (const [key, content] of files) {
    const text = content.toString()
    // Ofsted's own addresses have a /v1/file/ in them.
    t.notMatch(text, /127\.0\.0\.1|localhost|api\.test|\/v1\/(?!file\/)|\/v1"/, key)
    t.ok(Buffer.from(text).equals(content), `${key} is UTF-8`)
    t.not(text.charCodeAt(0), 0xfeff, `${key} has no byte order mark`)
  }
})

t.test('two releases differ in what changed between them', async (t) => {
  const files = await readFiles(owner)
  const same = names.filter((name) =>
    files.get(`1 ${name}`)?.equals(files.get(`2 ${name}`) ?? Buffer.alloc(0)),
  )
  t.same(same, ['programmes.csv', 'inspectorates.csv', 'publications.csv', 'themes.csv', 'inspections.csv'])
})

t.test('all.zip holds every other file, and SHA256SUMS every other but these two', async (t) => {
  const files = await readFiles(owner)
  for (const release of [1, 2]) {
    const read = (name: string) => files.get(`${release} ${name}`) ?? Buffer.alloc(0)
    const packed = unzipSync(read('all.zip'))
    t.same(
      Object.keys(packed),
      names.filter((name) => name !== 'all.zip'),
    )
    for (const [name, content] of Object.entries(packed)) t.ok(read(name).equals(content), name)
    t.equal(
      read('SHA256SUMS').toString(),
      names
        .slice(0, -2)
        .map((name) => `${sha256(read(name))}  ${name}\n`)
        .join(''),
    )
  }
})

t.test('publishing again writes no file and no event anew', async (t) => {
  const readXmin = async () => [
    (await sql`SELECT xmin::text, release_id, name FROM release_file ORDER BY 2, 3`.execute(owner)).rows,
    (
      await sql`SELECT xmin::text, release_id, name, part FROM release_file_part ORDER BY 2, 3, 4`.execute(
        owner,
      )
    ).rows,
    (await sql`SELECT xmin::text, seq FROM change ORDER BY seq`.execute(owner)).rows,
  ]
  const before = await readXmin()
  t.ok(before.every((rows) => rows.length > 0))
  t.same(await publish(owner, fixtureReleases), [])
  t.same(await readXmin(), before)
})

for (const [what, releases] of [
  ['every release', [1, 2]],
  ['the newest release', [2]],
] as const) {
  t.test(`${what} published before there were files gets them, and the same events`, async (t) => {
    const { owner: old } = await createDatabase(t, 'fixture')
    const before = [await listFiles(old), await listParts(old), await listChanges(old)]
    const rows = (await sql`SELECT xmin::text, id FROM release ORDER BY id`.execute(old)).rows
    for (const table of ['release_file_part', 'release_file', 'change'] as const)
      await old.deleteFrom(table).where('release_id', 'in', releases).execute()
    t.not((await listChanges(old)).length, before[2]?.length)
    t.same(await publish(old, fixtureReleases), [], 'no version is new')
    t.same([await listFiles(old), await listParts(old), await listChanges(old)], before)
    t.same(
      (await sql`SELECT xmin::text, id FROM release ORDER BY id`.execute(old)).rows,
      rows,
      'the releases stay',
    )
    t.same(await publish(old, fixtureReleases), [])
    t.same(await listChanges(old), before[2], 'and once only')
  })
}

t.test('several publishers at once give an old release its files and events once', async (t) => {
  const { owner: old } = await createDatabase(t, 'fixture')
  const before = await listChanges(old)
  for (const table of ['release_file_part', 'release_file', 'change'] as const)
    await old.deleteFrom(table).execute()
  t.same(await Promise.all([1, 2, 3].map(() => publish(old, fixtureReleases))), [[], [], []])
  t.same(await listChanges(old), before)
  t.equal((await listFiles(old)).length, 2 * names.length)
})
