// The migrations, up and down, and what every table they make must have.
import t from 'tap'
import { openOwner } from '../../src/db/client.ts'
import { queryOnce } from '../../src/db/dialect.ts'
import { migrateDown, migrateUp, missingMigrations } from '../../src/db/migrate.ts'
import {
  describeSchema,
  listColumns,
  listConstraints,
  listIndexes,
  listOthers,
  listTables,
} from '../support/catalogue.ts'
import { createDatabase } from '../support/cluster.ts'

t.test('down to nothing and up again gives the same schema', async (t) => {
  const { owner, reader } = await createDatabase(t, 'blank')
  const files = await missingMigrations(reader)
  t.ok(files.length >= 2, 'an empty database lacks every migration')
  t.same(await migrateUp(owner), files)
  t.same(await missingMigrations(reader), [])
  t.same(await migrateUp(owner), [], 'a second run finds nothing to do')
  const before = await describeSchema(owner)

  const undone: string[] = []
  for (let names = await migrateDown(owner); names.length > 0; names = await migrateDown(owner))
    undone.push(...names)
  t.same(undone, files.toReversed())
  t.same(await listTables(owner), [], 'no table is left')
  t.same(await listOthers(owner), [], 'nor anything else')

  t.same(await migrateUp(owner), files)
  t.same(await describeSchema(owner), before)
})

t.test('two migrations at once are as good as one', async (t) => {
  const { owner, ownerUrl, reader } = await createDatabase(t, 'blank')
  const other = openOwner(ownerUrl)
  const files = await missingMigrations(reader)
  const ran = await Promise.all([migrateUp(owner), migrateUp(other)])
  await other.destroy()
  t.same(ran.flat(), files)
})

t.test('what the migrations make', async (t) => {
  const { owner } = await createDatabase(t, 'empty')
  const tables = await listTables(owner)
  const columns = await listColumns(owner)
  const constraints = await listConstraints(owner)
  const indexes = await listIndexes(owner)
  const content = tables.map((table) => table.name).filter((name) => name !== 'release' && name !== 'change')

  t.test('every table and every column says what it holds', async (t) => {
    t.ok(tables.length >= 15)
    t.same(
      tables.filter((table) => !table.comment?.endsWith('.')),
      [],
    )
    t.same(
      columns.filter((column) => !column.comment?.endsWith('.')),
      [],
    )
  })

  t.test('every content table begins its key with the release', async (t) => {
    for (const table of content) {
      const key = constraints.find((one) => one.table === table && one.type === 'p')
      t.match(key?.definition, /^PRIMARY KEY \(release_id, /, table)
    }
    const references = constraints.filter((one) => one.type === 'f' && content.includes(one.table))
    t.ok(references.length >= 20)
    for (const { name, definition } of references) t.match(definition, /^FOREIGN KEY \(release_id[,)]/, name)
  })

  t.test('every constraint has a name we gave it', async (t) => {
    const endings: Readonly<Record<string, string>> = {
      p: 'pk',
      u: 'key',
      f: 'fk',
      c: 'check',
      n: 'not_null',
    }
    for (const { table, name, type } of constraints) {
      t.match(name, new RegExp(`^${table}_([a-z0-9_]+_)?${endings[type]}$`), `${name} of ${table}`)
      t.notMatch(name, /_(fkey|pkey)$|[0-9]$/, `${name} is not one PostgreSQL made up`)
    }
  })

  t.test('every identifier is ordered by its bytes', async (t) => {
    const identifiers = columns.filter(
      ({ type, name }) => type === 'text' && /(^|_)(id|code|broader)$/.test(name),
    )
    t.ok(identifiers.length >= 25)
    for (const { table, name, collation } of identifiers) t.equal(collation, 'C', `${table}.${name}`)
    const references = constraints.filter(({ type }) => type === 'f')
    for (const { table, definition } of references) {
      const names = /\(([^)]+)\)/.exec(definition)?.[1]?.split(', ') ?? []
      for (const name of names.filter((name) => name !== 'release_id')) {
        t.equal(columns.find((column) => column.table === table && column.name === name)?.collation, 'C')
      }
    }
  })

  t.test('every order of records is unique in its release', async (t) => {
    const unique = constraints
      .filter(({ type }) => type === 'u')
      .map(({ table, definition }) => `${table} ${definition.replaceAll('"', '')}`)
    const hasId = (table: string) => columns.some((column) => column.table === table && column.name === 'id')
    const positions = columns.filter(({ table, name }) => /^position(_|$)/.test(name) && hasId(table))
    t.ok(positions.length >= 10)
    for (const { table, name } of positions) {
      t.ok(unique.includes(`${table} UNIQUE (release_id, ${name})`), `${table}.${name}`)
    }
  })

  t.test('every filter of findings has an index that begins with the release', async (t) => {
    const filters = [
      ['finding', 'programme_id, "position"'],
      ['finding', 'scope, "position"'],
      ['finding', 'inspection_id, "position"'],
      ['finding', 'area_id, "position"'],
      ['finding', 'kind, "position"'],
      ['finding', 'section, "position"'],
      ['finding', 'basis, "position"'],
      ['finding', 'published_on'],
      ['finding_agency', 'agency_id, finding_id'],
      ['finding_theme', 'theme_id, finding_id'],
    ] as const
    for (const [table, keys] of filters) {
      const wanted = ` ON public.${table} USING btree (release_id, ${keys})`
      t.ok(
        indexes.some((index) => index.endsWith(wanted)),
        wanted,
      )
    }
  })

  t.test('the full text is found by release and word', async (t) => {
    t.ok(indexes.some((index) => index.endsWith(' ON public.finding USING gin (release_id, tsv)')))
  })
})

t.test('the database refuses rows that no release could hold', async (t) => {
  const { ownerUrl } = await createDatabase(t, 'fixture')
  for (const [change, constraint] of [
    [`finding SET summary = repeat('x', 401)`, 'finding_summary_check'],
    [`finding SET summary = ''`, 'finding_summary_check'],
    [`finding SET scope = 'national' WHERE area_id IS NOT NULL`, 'finding_scope_matches_check'],
    [`finding SET area_id = 'westvale' WHERE scope = 'area'`, 'finding_area_fk'],
    ['finding SET position = 1', 'finding_position_key'],
    [`inspection SET fieldwork_end = '2018-01-01'`, 'inspection_dates_check'],
    [`agency SET broader = 'westvale'`, 'agency_broader_fk'],
    [`area SET id = 'westvale' WHERE id = 'eastvale'`, '(finding|inspection)_area_fk'],
    ['evidence SET page = 0', 'evidence_page_check'],
    [`change SET after = before WHERE type = 'created'`, 'change_after_check'],
  ] as const) {
    await t.rejects(queryOnce(ownerUrl, `UPDATE ${change}`), { message: new RegExp(constraint) }, change)
  }
})
