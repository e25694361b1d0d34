// CSV as RFC 4180 has it: what is written is read back by a strict parser, cell by cell.
import fc from 'fast-check'
import t from 'tap'
import { byteOrderMark, type Cell, cellText, csvLine, csvTable } from '../../src/lib/csv.ts'
import { checkLaw } from '../support/laws.ts'
import { parseCsv } from '../support/tables.ts'

t.test('cells are joined by commas and a record ends with CRLF', async (t) => {
  t.equal(csvLine(['a', 'b', 'c']), 'a,b,c\r\n')
  t.equal(csvLine(['', null, 'x']), ',,x\r\n')
  t.equal(csvLine([1, 0, -2.5, true, false]), '1,0,-2.5,true,false\r\n')
  t.equal(csvLine([['one', 'two'], [], ['three']]), 'one;two,,three\r\n')
})

t.test('quotes stand only where they are needed, and are doubled inside', async (t) => {
  t.equal(csvLine(['a,b', 'say "so"', "it's", 'a;b', ' a ']), '"a,b","say ""so""",it\'s,a;b, a \r\n')
  t.equal(csvLine(['one\r\ntwo', 'one\ntwo', 'one\rtwo']), '"one\r\ntwo","one\ntwo","one\rtwo"\r\n')
  t.equal(csvLine([['a,b', 'c']]), '"a,b;c"\r\n')
})

t.test('a table begins with its header, also when it has no rows', async (t) => {
  t.equal(csvTable(['id', 'name'], []), 'id,name\r\n')
  t.equal(
    csvTable(
      ['id', 'name'],
      [
        ['1', null],
        ['2', 'é→'],
      ],
    ),
    'id,name\r\n1,\r\n2,é→\r\n',
  )
})

t.test('the byte order mark is the one of UTF-8', async (t) => {
  t.same(Buffer.from(byteOrderMark), Buffer.from([0xef, 0xbb, 0xbf]))
})

// Without line breaks, which no text of ours holds and the strict reader refuses wherever they stand.
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(',', '"', ';', ' ', "'", 'x', '\t'), maxLength: 8 }),
)
const cell: fc.Arbitrary<Cell> = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
)
const table = fc.integer({ min: 2, max: 5 }).chain((width) => {
  const row = fc.array(cell, { minLength: width, maxLength: width })
  return fc.tuple(fc.array(text, { minLength: width, maxLength: width }), fc.array(row, { maxLength: 5 }))
})

t.test('whatever stands in the cells is read back as it was', async (t) => {
  const isPlain = (all: string) => !/[\r\n]/.test(all)
  checkLaw(
    t,
    fc.property(table, ([columns, rows]) => {
      const expected = [columns, ...rows.map((row) => row.map(cellText))]
      fc.pre(isPlain(expected.flat().join('')))
      t.same(parseCsv(csvTable(columns, rows)), expected)
    }),
  )
})
