// Which licences pass the gate: of what is shipped, of tools, and of packages that do not say.
import t from 'tap'
import { findLicenceFaults } from '../../src/bin/licences.ts'
import { readLockfile } from '../../src/bin/lockfile.ts'

const real = readLockfile()
const withOne = (license: unknown, dev = false) =>
  findLicenceFaults([...real, { name: 'one', version: '1.0.0', license, dev }])

t.test('the packages there are pass', async (t) => {
  t.ok(real.length > 500)
  t.same(findLicenceFaults(real), [])
})

t.test('a licence that is not on the list fails, and so does what is none', async (t) => {
  for (const license of [
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'MIT AND GPL-2.0-only',
    'MIT/X11',
    'UNLICENSED',
    '',
  ])
    t.match(withOne(license), [`one@1.0.0: ${license}`], license)
  t.same(withOne(undefined), ['one@1.0.0: names no licence'])
  t.equal(withOne({ type: 'MIT' }).length, 1, 'the form of old')
})

t.test('of a choice one is enough, of a sum all are needed', async (t) => {
  t.same(withOne('(MIT OR GPL-3.0-or-later)'), [])
  t.same(withOne('(MIT AND Zlib)'), [])
  t.same(withOne('(MIT AND MPL-2.0)'), ['one@1.0.0: (MIT AND MPL-2.0)'])
})

t.test('a tool may have more licences than what is shipped, not any', async (t) => {
  t.same(withOne('MPL-2.0'), ['one@1.0.0: MPL-2.0'])
  t.same(withOne('MPL-2.0', true), [])
  t.same(withOne('SSPL-1.0', true), ['one@1.0.0: SSPL-1.0 (a tool)'])
})

t.test('a licence read by hand is of one version, and only while it is needed', async (t) => {
  const faults = findLicenceFaults(
    real.map((one) => (one.name === 'reserved' ? { ...one, version: '0.2.0' } : one)),
  )
  t.match(faults, [/^reserved@0\.2\.0: names no licence/, /^reserved@0\.1\.2: read by hand/])
})
