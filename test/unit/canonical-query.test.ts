// Laws of the one spelling of a query.
import fc from 'fast-check'
import t from 'tap'
import { canonicalQuery, type Query, withQuery } from '../../src/lib/canonical-query.ts'

const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => value.isWellFormed())
const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { minLength: 1 }))
const query = fc.dictionary(text, value)

/** Reads a canonical query as a server would: lists stay joined. */
const parse = (canonical: string): Record<string, string> =>
  Object.fromEntries(
    canonical
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('=').map(decodeURIComponent)),
  )

t.test('the order of keys, of values and of repetitions changes nothing', async (t) => {
  const shuffled = query.chain((given) =>
    fc
      .tuple(fc.shuffledSubarray(Object.keys(given), { minLength: Object.keys(given).length }), fc.boolean())
      .map(([keys, twice]): [Query, Query] => [
        given,
        Object.fromEntries(
          keys.map((key) => {
            const its = given[key]
            if (!Array.isArray(its)) return [key, its ?? '']
            return [key, twice ? [...its, ...its].reverse() : its.toReversed()]
          }),
        ),
      ]),
  )
  fc.assert(fc.property(shuffled, ([one, other]) => canonicalQuery(one) === canonicalQuery(other)))
  t.equal(canonicalQuery({ b: 'x', a: ['z', 'y', 'z'] }), 'a=y,z&b=x')
})

t.test('reading a canonical query and writing it again gives the same', async (t) => {
  const plain = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()))
  fc.assert(
    fc.property(plain, (given) => canonicalQuery(parse(canonicalQuery(given))) === canonicalQuery(given)),
  )
  t.equal(canonicalQuery(parse('limit=5&q=a%26b')), 'limit=5&q=a%26b')
})

t.test('what equals its default is left out, and nothing else', async (t) => {
  fc.assert(
    fc.property(query, fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())), (given, defaults) => {
      const kept = Object.fromEntries(
        Object.entries(given).filter(
          ([key, its]) => !(Object.hasOwn(defaults, key) && its === defaults[key]),
        ),
      )
      return canonicalQuery(given, defaults) === canonicalQuery(kept)
    }),
  )
  t.equal(canonicalQuery({ limit: 100, sort: 'id' }, { limit: 100, sort: '-published_on' }), 'sort=id')
})

t.test('different queries have different spellings', async (t) => {
  fc.assert(
    fc.property(fc.dictionary(text, text), fc.dictionary(text, text), (one, other) => {
      const isSame =
        Object.keys(one).length === Object.keys(other).length &&
        Object.entries(one).every(([key, its]) => Object.hasOwn(other, key) && other[key] === its)
      return isSame === (canonicalQuery(one) === canonicalQuery(other))
    }),
  )
  t.not(canonicalQuery({ q: 'a', r: 'b' }), canonicalQuery({ q: 'a&r=b' }))
  t.not(canonicalQuery({ area: ['a', 'b'] }), canonicalQuery({ area: ['a,b'] }))
})

t.test('what is not given is not told', async (t) => {
  t.equal(canonicalQuery({ q: undefined }), '')
})

t.test('an empty query adds nothing to an address', async (t) => {
  t.equal(withQuery('http://api.test/v1', ''), 'http://api.test/v1')
  t.equal(withQuery('http://api.test/v1', 'a=b'), 'http://api.test/v1?a=b')
})
