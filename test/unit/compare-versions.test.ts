// The order of releases: by number, not by letter, and a total order.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { compareVersions, listReleases } from '../../src/dataset/read.ts'
import { makeFolder } from '../support/folders.ts'
import { checkLaw } from '../support/laws.ts'

const number = fc.oneof(fc.nat({ max: 12 }), fc.nat())
const version = fc.tuple(number, number, number).map((numbers) => numbers.join('.'))

t.test('numbers are compared, not letters', async (t) => {
  const versions = ['10.0.0', '1.10.0', '1.2.10', '2.0.0', '1.2.9', '1.9.0']
  t.same(versions.toSorted(compareVersions), ['1.2.9', '1.2.10', '1.9.0', '1.10.0', '2.0.0', '10.0.0'])
})

t.test('folders are listed in that order, and files are left out', async (t) => {
  const root = makeFolder(t)
  for (const name of ['1.10.0', '1.9.0', '1.0.0']) mkdirSync(join(root, name))
  t.same(listReleases(root), ['1.0.0', '1.9.0', '1.10.0'])
})

const sign = (a: string, b: string) => Math.sign(compareVersions(a, b))

t.test('a version is equal only to itself', async (t) => {
  checkLaw(
    t,
    fc.property(version, version, (a, b) => (sign(a, b) === 0) === (a === b)),
  )
})

t.test('the order of two versions is the same either way round', async (t) => {
  checkLaw(
    t,
    fc.property(version, version, (a, b) => sign(a, b) + sign(b, a) === 0),
  )
})

t.test('the order is transitive', async (t) => {
  const isTransitive = (a: string, b: string, c: string) =>
    sign(a, b) > 0 || sign(b, c) > 0 || sign(a, c) <= 0
  checkLaw(t, fc.property(version, version, version, isTransitive))
})

t.test('a step of the version is a step up', async (t) => {
  const isUp = (major: number, minor: number, patch: number) =>
    [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`].every(
      (to) => sign(`${major}.${minor}.${patch}`, to) < 0,
    )
  checkLaw(t, fc.property(number, number, number, isUp))
})
