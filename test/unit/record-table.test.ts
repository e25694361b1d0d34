// Records as rows: nested counts and links become columns, everything else stays one.
import t from 'tap'
import { Type } from 'typebox'
import { Counts, Links, ref } from '../../src/lib/answers.schema.ts'
import { recordTable } from '../../src/lib/record-table.ts'

const schema = Type.Object({
  id: Type.String(),
  pages: Type.Integer(),
  tags: Type.Array(Type.String()),
  note: Type.Union([Type.String(), Type.Null()]),
  open: Type.Boolean(),
  counts: ref(Counts),
  links: ref(Links),
})
const counts = { total: 6, strength: 3, area_for_improvement: 2, context: 1 }
const links = { self: 'http://x/1', findings: 'http://x/f' }
const record = { id: 'one', pages: 0, tags: ['b', 'a'], note: null, open: false, counts, links }

t.test('a column for each field in the order of the schema, counts and links taken apart', async (t) => {
  t.same(recordTable(schema).columns, [
    ...['id', 'pages', 'tags', 'note', 'open'],
    ...['counts_total', 'counts_strength', 'counts_area_for_improvement', 'counts_context'],
    ...['links_self', 'links_findings'],
  ])
})

t.test('the cells stand under their columns, whatever the order of the record', async (t) => {
  const cells = ['one', 0, ['b', 'a'], null, false, 6, 3, 2, 1, 'http://x/1', 'http://x/f']
  t.strictSame(recordTable(schema).rowOf(record), cells)
  t.strictSame(recordTable(schema).rowOf(Object.fromEntries(Object.entries(record).reverse())), cells)
})
