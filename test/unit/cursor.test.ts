// Laws of cursors: what was made for a walk leads it on, and nothing else does.
import fc from 'fast-check'
import t from 'tap'
import { type Cursor, decodeCursor, encodeCursor } from '../../src/lib/cursor.ts'

const number = fc.integer({ min: 0, max: 999_999 })
const cursor: fc.Arbitrary<Cursor> = fc.record({
  version: fc.tuple(number, number, number).map((parts) => parts.join('.')),
  direction: fc.constantFrom('next', 'prev'),
  position: fc.integer({ min: 1, max: 2_147_483_647 }),
})
const query = fc.string({ unit: 'binary' })

t.test('a cursor leads to the place it was made for', async (t) => {
  fc.assert(
    fc.property(cursor, query, (made, walk) => {
      const found = decodeCursor(encodeCursor(made, walk), walk)
      return (
        found?.version === made.version &&
        found.direction === made.direction &&
        found.position === made.position
      )
    }),
  )
  t.match(encodeCursor({ version: '1.0.0', direction: 'next', position: 1 }, ''), /^[\w-]+$/)
})

t.test('the same place in the same walk has the same cursor for ever', async (t) => {
  // Written down once: links of years ago must go on working.
  const made: Cursor = { version: '1.0.0', direction: 'next', position: 100 }
  t.equal(encodeCursor(made, 'area=salford'), 'MS4wLjAgbmV4dCAxMDAgyLnevvKmERU')
})

t.test('a cursor of another query is refused', async () => {
  fc.assert(
    fc.property(cursor, query, query, (made, walk, other) => {
      fc.pre(walk !== other)
      return decodeCursor(encodeCursor(made, walk), other) === null
    }),
  )
})

t.test('a cursor with one character changed, lost or added is refused', async () => {
  const character = fc.constantFrom(...'ABCXYZabcxyz0189-_+/=. ', '\u{0}', 'é')
  fc.assert(
    fc.property(cursor, query, fc.nat(), character, fc.constantFrom(0, 1), (made, walk, at, by, cut) => {
      const text = encodeCursor(made, walk)
      const place = at % (text.length + 1)
      const tampered = text.slice(0, place) + by + text.slice(place + cut)
      fc.pre(tampered !== text)
      return decodeCursor(tampered, walk) === null
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(cursor, query, fc.nat(), (made, walk, at) => {
      const text = encodeCursor(made, walk)
      return decodeCursor(text.slice(0, at % text.length), walk) === null
    }),
  )
})

t.test('whatever else is sent as a cursor is refused', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), query, (text, walk) => decodeCursor(text, walk) === null),
  )
  for (const text of ['', 'MS4wLjAgbmV4dCAx', 'null', '0', '-1']) t.equal(decodeCursor(text, ''), null, text)
})

t.test('a place that cannot be is refused, even with a right check', async (t) => {
  for (const position of [0, -1, 2_147_483_648, 1.5, Number.NaN]) {
    t.equal(decodeCursor(encodeCursor({ version: '1.0.0', direction: 'next', position }, ''), ''), null)
  }
})
