// One spelling for every request target.
import fc from 'fast-check'
import t from 'tap'
import { normalizeTarget } from '../../src/http/target.ts'

t.test('a whole address becomes its path and query', async (t) => {
  t.equal(normalizeTarget('http://evil.example/v1?a=b'), '/v1?a=b')
  t.equal(normalizeTarget('HTTPS://evil.example'), '/')
  t.equal(normalizeTarget('http://evil.example?a=b'), '/?a=b')
})

t.test('what needs no encoding is decoded in the path, and nothing else', async (t) => {
  t.equal(normalizeTarget('/%761/%41%2E%7e'), '/v1/A.~')
  t.equal(normalizeTarget('/a%2Fb%3Fc%25%20%c3%a9'), '/a%2Fb%3Fc%25%20%c3%a9')
  t.equal(normalizeTarget('/v1?q=%61'), '/v1?q=%61')
  for (const malformed of ['/%zz%', '/%%341', '/%4%31']) t.equal(normalizeTarget(malformed), malformed)
})

t.test('every target becomes a path, and stays it', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'%%%0134267aAfF/?.') }), (text) => {
      const once = normalizeTarget(`/${text}`)
      return once.startsWith('/') && normalizeTarget(once) === once
    }),
  )
  t.pass('for every target')
})
