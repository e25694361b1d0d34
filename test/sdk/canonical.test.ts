// Canonical JSON of the typed client, held against the library the publisher uses.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import t from 'tap'
import { canonicalJson, sha256 } from '../../sdk/typescript/src/canonical.ts'
import { checkLaw } from '../support/laws.ts'

t.test('is what RFC 8785 says, for any value', async (t) => {
  checkLaw(
    t,
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      (value) => canonicalJson(value) === canonicalize(JSON.parse(JSON.stringify(value))),
    ),
  )
  t.equal(
    canonicalJson({ b: [1, null, 'é"\n'], a: { d: true, c: -0 } }),
    '{"a":{"c":0,"d":true},"b":[1,null,"é\\"\\n"]}',
  )
})

t.test('its hash is SHA-256 of the UTF-8 bytes', async (t) => {
  for (const text of ['', 'abc', 'Größe €']) {
    t.equal(await sha256(text), createHash('sha256').update(text).digest('hex'))
  }
})
