// The reader cannot write, by its type: this file compiles itself, and each refusal below must be one.
import { sql } from 'kysely'
import t from 'tap'
import type { Owner, Reader } from '../../src/db/client.ts'
import { compile } from '../support/compile.ts'

t.test('every refusal of the compiler in this file is one, and nothing else is refused', async (t) => {
  t.same(compile(import.meta.filename), [])
})

// Never run: only what the compiler says of it counts.
export function useReader(db: Reader) {
  const read = db.selectFrom('finding').select(['id', 'summary']).where('kind', '=', 'strength')
  const count = db.selectNoFrom(sql<number>`1`.as('one'))

  // @ts-expect-error: nothing is inserted
  db.insertInto('finding').values({ id: 'eastvale-2016-001' })
  // @ts-expect-error: nothing is updated
  db.updateTable('finding').set({ summary: 'Edited.' })
  // @ts-expect-error: nothing is deleted
  db.deleteFrom('finding').execute()
  // @ts-expect-error: nothing is merged
  db.mergeInto('finding').using('theme', 'theme.id', 'finding.id')
  // @ts-expect-error: no table is made
  db.schema.createTable('mine')
  // @ts-expect-error: no statement goes round the query builder
  sql`DELETE FROM finding`.execute(db)

  // @ts-expect-error: a column that does not exist
  db.selectFrom('finding').select('colour')
  // @ts-expect-error: a table that does not exist
  db.selectFrom('findings')
  // @ts-expect-error: a kind outside the closed set
  db.selectFrom('finding').where('kind', '=', 'praise')
  return { read, count }
}

export function useOwner(db: Owner) {
  const deletion = db.deleteFrom('finding')
  // @ts-expect-error: a finding without its other columns
  const insertion = db.insertInto('finding').values({ id: 'eastvale-2016-001' })
  return { deletion, insertion }
}
