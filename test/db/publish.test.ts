// Publishing: what a release becomes in the database, once and whole, beside the releases before it.
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { type Owner, openOwner } from '../../src/db/client.ts'
import { createDatabase } from '../support/cluster.ts'
import { hashContent } from '../support/content.ts'
import { fixtureReleases } from '../support/releases.ts'

const tables = [
  'programme',
  'inspectorate',
  'area',
  'publication',
  'agency',
  'theme',
  'inspection',
  'inspection_inspectorate',
  'inspection_response_contributor',
  'finding',
  'finding_agency',
  'finding_theme',
  'evidence',
  'change',
] as const

const countRows = (db: Owner, release: number) =>
  Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) FROM ${sql.table(table)} WHERE release_id = ${release}`.execute(db)
      return [table, rows[0]?.count]
    }),
  ).then(Object.fromEntries)

const listVersions = async (db: Owner) => {
  const rows = await db.selectFrom('release').select(['id', 'version']).orderBy('id').execute()
  return rows.map(({ id, version }) => `${id} ${version}`)
}

const readFinding = (db: Owner, release: number, id: string) =>
  db
    .selectFrom('finding')
    .select(['summary', 'note', 'position'])
    .where('release_id', '=', release)
    .where('id', '=', id)
    .executeTakeFirst()

t.test('publishes every release, in order, and says which', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  t.same(await publish(owner, fixtureReleases), ['1.0.0', '1.1.0'])
  t.same(await listVersions(owner), ['1 1.0.0', '2 1.1.0'])
  t.match(await countRows(owner, 1), { inspection: 5, finding: 72, agency: 12, change: 118 })
  t.match(await countRows(owner, 2), { inspection: 5, finding: 74, agency: 13, change: 11 })
})

t.test('publishing twice changes nothing', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const readXmin = () => sql`SELECT xmin::text, id FROM release ORDER BY id`.execute(owner)
  const before = [await countRows(owner, 1), await countRows(owner, 2), await readXmin()]
  t.same(await publish(owner, fixtureReleases), [])
  t.same([await countRows(owner, 1), await countRows(owner, 2), await readXmin()], before)
})

t.test('several publishers at once publish once', async (t) => {
  const { owner, ownerUrl } = await createDatabase(t, 'empty')
  const others = [1, 2, 3].map(() => openOwner(ownerUrl))
  const published = await Promise.all([owner, ...others].map((db) => publish(db, fixtureReleases)))
  await Promise.all(others.map((db) => db.destroy()))
  t.same(published.flat().sort(), ['1.0.0', '1.1.0'])
  t.same(await listVersions(owner), ['1 1.0.0', '2 1.1.0'])
  t.match(await countRows(owner, 2), { finding: 74, change: 11 })
})

for (const [failure, statement] of [
  ['an error in its last table', `RAISE EXCEPTION 'the disk is on fire'`],
  ['the loss of its connection', 'PERFORM pg_terminate_backend(pg_backend_pid())'],
] as const) {
  t.test(`${failure} leaves the release before current, and the next run completes`, async (t) => {
    const { owner } = await createDatabase(t, 'empty')
    await failLastInsert(owner, statement)
    await t.rejects(publish(owner, fixtureReleases))
    t.same(await listVersions(owner), ['1 1.0.0'])
    t.same(
      await countRows(owner, 2),
      Object.fromEntries(tables.map((table) => [table, 0])),
      'nothing of it stays',
    )

    await sql`DROP TRIGGER fail_last_insert ON change`.execute(owner)
    t.same(await publish(owner, fixtureReleases), ['1.1.0'])
    await matchFixture(t, owner)
  })
}

async function failLastInsert(db: Owner, statement: string): Promise<void> {
  await sql`CREATE FUNCTION fail_last_insert() RETURNS trigger LANGUAGE plpgsql AS ${sql.lit(
    `BEGIN ${statement}; RETURN NEW; END`,
  )}`.execute(db)
  await sql`CREATE TRIGGER fail_last_insert BEFORE INSERT ON change FOR EACH ROW
    WHEN (NEW.release_id = 2) EXECUTE FUNCTION fail_last_insert()`.execute(db)
}

async function matchFixture(t: Test, db: Owner): Promise<void> {
  const { owner: whole } = await createDatabase(t, 'fixture')
  const read = (one: Owner) => one.selectFrom('release').select(['version', 'content_sha256']).execute()
  t.same(await read(db), await read(whole))
  t.equal(await hashContent(db), await hashContent(whole))
}

t.test('content_sha256 is the hash of what the rows hold', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const { content_sha256 } = await owner
    .selectFrom('release')
    .select('content_sha256')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  t.equal(await hashContent(owner), content_sha256)
  await sql`UPDATE evidence SET page = page + 1 WHERE finding_id = 'eastvale-2016-012'`.execute(owner)
  t.not(await hashContent(owner), content_sha256, 'one page more is another hash')
})

t.test('a correction reaches its release and leaves the one before as it was', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const summaries = await Promise.all(
    [1, 2].map((release) => readFinding(owner, release, 'northmoor-2016-003')),
  )
  t.same(
    summaries.map((finding) => finding?.summary),
    [
      'Health services do not tell schools in good time that a child has moved.',
      'Health services tell schools only after some weeks that a child has moved.',
    ],
  )
  const forces = await owner
    .selectFrom('area')
    .select('police_force')
    .where('id', '=', 'eastvale')
    .orderBy('release_id')
    .execute()
  t.same(
    forces.map((area) => area.police_force),
    ['Northmoor and Dale Constabulary', 'Eastvale Constabulary'],
  )
  const agencies = await owner
    .selectFrom('finding_agency')
    .select(['release_id', 'agency_id'])
    .where('finding_id', '=', 'pont-ecoute-2017-002')
    .orderBy('release_id')
    .orderBy('position')
    .execute()
  t.same(agencies, [
    { release_id: 1, agency_id: 'ferry-service' },
    { release_id: 2, agency_id: 'ferry-service' },
    { release_id: 2, agency_id: 'schools' },
  ])
})

t.test('a corrected label is what the search of its release finds', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const { rows } = await sql`
    SELECT release_id, count(*) FROM finding
    WHERE id = 'northmoor-2016-b-004' AND tsv @@ to_tsquery('english', 'service') GROUP BY release_id`.execute(
    owner,
  )
  t.same(rows, [{ release_id: 1, count: 1 }], 'Library service became Libraries')
})

t.test('a withdrawn finding is gone from its release and stays in the one before', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  for (const id of ['eastvale-2016-004', 'overview-2017-003']) {
    t.ok(await readFinding(owner, 1, id), `${id} stands in 1.0.0`)
    t.notOk(await readFinding(owner, 2, id), `${id} does not stand in 1.1.0`)
  }
})

t.test('positions count 1 to n in each stated order, in every release', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const { rows } = await sql`
    SELECT count(*) FROM (
      SELECT position, position_oldest_first, position_by_id,
        row_number() OVER (PARTITION BY release_id ORDER BY published_on DESC, id COLLATE "C") AS newest,
        row_number() OVER (PARTITION BY release_id ORDER BY published_on, id COLLATE "C") AS oldest,
        row_number() OVER (PARTITION BY release_id ORDER BY id COLLATE "C") AS by_id
      FROM finding) f
    WHERE (position, position_oldest_first, position_by_id) IS DISTINCT FROM (newest, oldest, by_id)`.execute(
    owner,
  )
  t.same(rows, [{ count: 0 }])
  const ids = await owner
    .selectFrom('finding')
    .select('id')
    .where('release_id', '=', 1)
    .where('id', 'like', 'northmoor-2016-%')
    .orderBy('position_by_id')
    .execute()
  const order = ids.map(({ id }) => id.slice('northmoor-2016-'.length))
  t.same(order.slice(16, 24), ['099', '100', '1000', '1001', '101', '998', '999', 'b-001'])
})

t.test('each change is an event, numbered from 1 without a gap', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const changes = await owner.selectFrom('change').selectAll().orderBy('seq').execute()
  t.same(
    changes.map(({ seq }) => seq),
    changes.map((_, index) => index + 1),
  )
  t.ok(changes.slice(0, 118).every(({ release_id, type }) => release_id === 1 && type === 'created'))
  t.same(
    changes
      .slice(118)
      .map(({ release_id, type, entity, entity_id }) => `${release_id} ${type} ${entity} ${entity_id}`),
    [
      '2 created agency canal-wardens',
      '2 created finding northmoor-2016-017',
      '2 created finding northmoor-2016-b-009',
      '2 created finding sankt-anna-2016-013',
      '2 created finding blog-2018-003',
      '2 corrected agency library-service',
      '2 corrected area eastvale',
      '2 corrected finding northmoor-2016-003',
      '2 corrected finding pont-ecoute-2017-002',
      '2 withdrawn finding eastvale-2016-004',
      '2 withdrawn finding overview-2017-003',
    ],
  )
})

t.test('an event holds the record before and after, the reason, and what replaces it', async (t) => {
  const { owner } = await createDatabase(t, 'fixture')
  const readChange = (id: string) =>
    owner
      .selectFrom('change')
      .selectAll()
      .where('entity_id', '=', id)
      .orderBy('seq', 'desc')
      .executeTakeFirst()
  t.match(await readChange('eastvale'), {
    reason: 'The force was named after its predecessor.',
    replaced_by: null,
    changed_fields: ['police_force', 'police_force_area_gss_code'],
    before: { id: 'eastvale', police_force: 'Northmoor and Dale Constabulary' },
    after: { id: 'eastvale', police_force: 'Eastvale Constabulary' },
  })
  t.match(await readChange('eastvale-2016-004'), {
    reason: 'It says no more than the next one.',
    replaced_by: 'eastvale-2016-005',
    before: { id: 'eastvale-2016-004' },
    after: null,
  })
  t.match(await readChange('overview-2017-003'), { replaced_by: null, after: null })
  t.match(await readChange('canal-wardens'), {
    reason: null,
    before: null,
    after: { broader: 'harbour-watch' },
  })
})
