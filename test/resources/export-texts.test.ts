// What the database writes of findings is, byte for byte, what the functions for files and sheets make of them.
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { findingColumnNames } from '../../src/dataset/finding-table.ts'
import { openCatalogue } from '../../src/db/catalogue.ts'
import { csvLine } from '../../src/lib/csv.ts'
import type { Finding } from '../../src/resources/findings/findings.schema.ts'
import { columnsOf, tableOf } from '../../src/resources/findings/findings.table.ts'
import { type List, openApp, publicUrl } from '../support/app.ts'

// Its rows are changed below, which no release ever is: nothing may be kept of them.
const api = await openApp(t, 'fixture', { publicUrl, cacheMegabytes: 0 })
const { owner } = api.database
// The publisher would refuse some of these texts: what writes them must not depend on that.
await sql`ALTER TABLE finding DROP CONSTRAINT finding_summary_check`.execute(owner)

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(',', '"', ';', ' ', "'", 'é', '\t', '\r', '\n', '\\', '😀'),
    maxLength: 12,
  }),
)
/** What PostgreSQL can hold: no NUL, no half of a pair. */
const stored = text.map((value) => value.replaceAll('\0', '').toWellFormed())

type Lists = List<Finding>

const release = sql`(SELECT max(id) FROM release)`

t.test('lines and objects of any texts', async (t) => {
  const ids = (await api.read<Lists>('/v1/findings?limit=500')).data.map(({ id }) => id)
  const texts = fc.array(
    fc.tuple(stored, fc.option(stored), fc.option(stored), fc.option(fc.nat({ max: 99 }))),
    {
      minLength: ids.length,
      maxLength: ids.length,
    },
  )
  await fc.assert(
    fc.asyncProperty(texts, fc.subarray([...findingColumnNames], { minLength: 1 }), async (given, fields) => {
      const rows = given.map(([summary, note, heading, item], at) => ({
        ...{ id: ids[at], summary, note, heading, item: item === null ? null : item + 1 },
      }))
      await sql`UPDATE finding SET summary = given.summary, note = given.note
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) given (id text, summary text, note text)
        WHERE finding.id = given.id AND release_id = ${release}`.execute(owner)
      await sql`UPDATE evidence SET heading = given.heading, item = given.item
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) given (id text, heading text, item int)
        WHERE finding_id = given.id AND release_id = ${release}`.execute(owner)

      const { data } = await api.read<Lists>('/v1/findings?limit=500&sort=id')
      const { codes } = api.catalogue.current()
      for (const query of [{}, { fields }]) {
        const { rowOf } = tableOf(codes, query)
        const columns = columnsOf(query)
        const asked = columns.length === findingColumnNames.length ? '' : `&fields=${columns}`
        const { body } = await api.get(`/v1/findings.csv?sort=id${asked}`)
        t.equal(body, [columns, ...data.map(rowOf)].map(csvLine).join(''))
      }
      const unfolded = data.flatMap((finding) =>
        finding.themes.map((theme) => ({ ...finding, themes: [theme] })),
      )
      const table = tableOf(codes, {})
      t.equal(
        (await api.get('/v1/findings.csv?sort=id&layout=by-theme')).body,
        [table.columns, ...unfolded.map(table.rowOf)].map(csvLine).join(''),
      )
      const { body } = await api.get('/v1/findings.ndjson?sort=id')
      t.equal(body, data.map((finding) => `${JSON.stringify(finding)}\n`).join(''))
    }),
    { numRuns: 10 },
  )
})

t.test('labels, names and titles with commas, quotes and semicolons', async (t) => {
  await sql`UPDATE agency SET label = label || ', "x"; y'`.execute(owner)
  await sql`UPDATE publication SET title = '"' || title || '", ;'`.execute(owner)
  await sql`UPDATE area SET name = name || ', "x"; y'`.execute(owner)
  const catalogue = await openCatalogue(api.database.reader) // the code lists as they are now
  catalogue.stop()
  const { data } = await api.read<Lists>('/v1/findings?limit=500&sort=id')
  const { columns, rowOf } = tableOf(catalogue.current().codes, {})
  t.equal(
    (await api.get('/v1/findings.csv?sort=id')).body,
    [columns, ...data.map(rowOf)].map(csvLine).join(''),
  )
})
