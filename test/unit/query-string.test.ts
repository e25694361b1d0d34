// How a query string is read: strictly, into what each parameter is, or refused by name.
import fc from 'fast-check'
import t from 'tap'
import { isProblem, type Problem } from '../../src/errors.ts'
import { readQuery } from '../../src/http/query-string.ts'
import { anyQuery, namesIn } from '../support/queries.ts'

const properties = {
  area: { type: 'array', description: 'Areas.' },
  kind: { type: 'array' },
  limit: { type: 'integer', minimum: 1, maximum: 500 },
  rollup: { type: 'boolean' },
  q: { type: 'string' },
}

function refusal(text: string): Problem {
  try {
    const query = readQuery(text, properties)
    throw new Error(`${text} was read as ${JSON.stringify(query)}`)
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
}

t.test('a list is the same whether its values are repeated or joined by commas', async (t) => {
  const expected = { area: ['salford', 'bradford'] }
  t.same(readQuery('area=salford&area=bradford', properties), expected)
  t.same(readQuery('area=salford,bradford', properties), expected)
  t.same(readQuery('area=salford%2Cbradford', properties), expected)
})

t.test('each value becomes what its parameter is', async (t) => {
  t.same(readQuery('limit=10&rollup=false&q=one+stop%20shop', properties), {
    limit: 10,
    rollup: false,
    q: 'one stop shop',
  })
  t.same(readQuery('q=a=b', properties), { q: 'a=b' })
  t.same(readQuery('q=a,b', properties), { q: 'a,b' })
  t.same(readQuery('', properties), {})
  t.same(readQuery('&&', properties), {})
})

t.test('a number is plain digits and nothing else', async (t) => {
  for (const text of [
    '1e2',
    '0x10',
    '%2010',
    '10%20',
    '%2B5',
    '-1',
    '1.0',
    '010',
    '٣',
    'ten',
    '12345678901',
  ]) {
    const { errors } = refusal(`limit=${text}`)
    t.equal(errors[0]?.parameter, 'limit', text)
    t.same(errors[0]?.allowed, ['an integer from 1 to 500'])
  }
})

t.test('a boolean is true or false and nothing else', async (t) => {
  for (const text of ['True', '1', '0', 'yes', 'null']) {
    t.same(refusal(`rollup=${text}`).errors[0]?.allowed, ['true', 'false'], text)
  }
})

t.test('every mistake is named, with what is allowed and what is near', async (t) => {
  const { errors, message } = refusal('aera=x&limit=ten&q=&rollup=true')
  t.same(
    errors.map(({ parameter }) => parameter),
    ['aera', 'limit', 'q'],
  )
  t.equal(errors[0]?.did_you_mean, 'area')
  t.same(errors[0]?.allowed, Object.keys(properties))
  t.match(message, /aera, limit, q/)
})

t.test('an empty value is refused, alone or within a list', async (t) => {
  for (const text of ['area=', 'area', 'area=,', 'area=a,', 'area=a,,b', 'area=a&area=', 'q=', 'limit=']) {
    t.match(refusal(text).errors[0]?.detail, /empty|not a plain integer/, text)
  }
})

t.test('a parameter of one value is refused when it comes twice', async (t) => {
  for (const text of ['q=a&q=a', 'limit=1&limit=2', 'rollup=true&rollup=true']) {
    t.match(refusal(text).errors[0]?.detail, /more than once/, text)
  }
})

t.test('names that every object has are unknown like any other', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    t.equal(refusal(`${name}=x`).errors[0]?.parameter, name)
  }
})

t.test('control characters and malformed encodings are refused', async (t) => {
  for (const text of [
    'q=%00',
    'q=a%0Ab',
    'q=%7F',
    'q=%C2%85',
    'area=a%09',
    'q=%',
    'q=%ZZ',
    'q=%ED%A0%80',
    'q=%FF',
  ]) {
    t.match(refusal(text).errors, [{ parameter: /q|area/ }], text)
  }
})

t.test('50 values a key, 100 pairs and 8,000 bytes are the most', async (t) => {
  const values = (count: number) => Array(count).fill('a').join(',')
  t.doesNotThrow(() => readQuery(`area=${values(50)}`, properties))
  t.match(refusal(`area=${values(51)}`).errors[0]?.detail, /51 values/)
  const pairs = (count: number) =>
    [...Array(50).fill('area=a'), ...Array(count - 50).fill('kind=a')].join('&')
  t.doesNotThrow(() => readQuery(pairs(100), properties))
  t.match(refusal(pairs(101)).errors[0]?.detail, /101 parameters/)
  t.doesNotThrow(() => readQuery(`q=${'a'.repeat(7_998)}`, properties))
  t.equal(refusal(`q=${'a'.repeat(7_999)}`).errors[0]?.parameter, 'q')
  t.equal(refusal(`q=${'é'.repeat(4_000)}`).errors[0]?.parameter, 'q', 'bytes are counted, not characters')
})

t.test('input of any shape gives typed values or a 400 that names the parameter', async (t) => {
  const types = { area: 'object', kind: 'object', limit: 'number', rollup: 'boolean', q: 'string' }
  const isTyped = (query: object) =>
    Object.entries(query).every(([key, its]) =>
      Object.entries(types).some((known) => known[0] === key && known[1] === typeof its),
    )
  fc.assert(
    fc.property(fc.oneof(anyQuery(Object.keys(properties)), fc.string({ unit: 'binary' })), (text) => {
      try {
        return isTyped(readQuery(text, properties))
      } catch (error) {
        if (!isProblem(error) || error.problem !== 'invalid-parameter') throw error
        const names = namesIn(text)
        return error.errors.length > 0 && error.errors.every(({ parameter }) => names.includes(parameter))
      }
    }),
    { numRuns: 2_000 },
  )
  t.pass('2,000 inputs')
})
