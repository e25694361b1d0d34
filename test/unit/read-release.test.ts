// Reading a release folder: its hash, and the plain values that YAML becomes.
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { hashFolder, readRelease } from '../../src/dataset/read.ts'
import { makeFolder } from '../support/folders.ts'
import { checkLaw } from '../support/laws.ts'
import { copyReleases, fixtureReleases, writeFile } from '../support/releases.ts'

type Files = Readonly<Record<string, string>>

function hash(t: Test, files: Files): string {
  const folder = makeFolder(t)
  for (const [name, content] of Object.entries(files)) writeFile(folder, name, content)
  return hashFolder(folder)
}

t.test('the hash of a folder', async (t) => {
  const files = { 'release.yaml': 'version: 1.0.0\n', 'added/areas.yaml': '[]\n' }
  const expected = hash(t, files)

  t.test('is the same for the same files, in whatever order they were written', async (t) => {
    t.match(expected, /^[0-9a-f]{64}$/)
    t.equal(hash(t, Object.fromEntries(Object.entries(files).reverse())), expected)
  })

  t.test('does not see empty folders, which a repository cannot hold', async (t) => {
    const folder = makeFolder(t)
    for (const [name, content] of Object.entries(files)) writeFile(folder, name, content)
    mkdirSync(join(folder, 'empty'))
    t.equal(hashFolder(folder), expected)
  })

  t.test('is another one when a file has another name', async (t) => {
    const root = copyReleases(t)
    const folder = join(root, '1.1.0')
    const before = hashFolder(folder)
    renameSync(join(folder, 'added/findings.yaml'), join(folder, 'added/findings-more.yaml'))
    t.not(hashFolder(folder), before)
  })

  t.test('tells any two sets of files apart, wherever the bytes between them are cut', async (t) => {
    const name = fc.constantFrom('a', 'b', 'ab', 'c/a', 'c/b')
    const content: fc.Arbitrary<string> = fc.constantFrom('', 'a', 'b', 'ab', '\0', 'a\x001\0b')
    const set = fc.dictionary(name, content, { maxKeys: 3, noNullPrototype: true })
    checkLaw(
      t,
      fc.property(set, set, (one, other) => {
        const isSame =
          JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
        return (hash(t, one) === hash(t, other)) === isSame
      }),
      {
        numRuns: 60,
        examples: [
          [{ a: 'b' }, { ab: '' }],
          [{ a: '', b: '' }, { a: 'b' }],
          [{ a: 'x', b: 'y' }, { a: 'xb\0y' }],
        ],
      },
    )
  })
})

t.test('the invented world is read without a mistake', async (t) => {
  const folder = readRelease(fixtureReleases, '1.1.0')
  t.same(folder.issues, [])
  t.match(folder.release, { version: '1.1.0', released_at: '2021-01-01T00:00:00Z', coded_on: '2020-12-31' })
  t.same(
    folder.added.map(({ entity, file, value }) => `${entity} ${value.id} ${file}`),
    [
      'agency canal-wardens 1.1.0/added/agencies.yaml',
      'finding northmoor-2016-017 1.1.0/added/findings.yaml',
      'finding northmoor-2016-b-009 1.1.0/added/findings.yaml',
      'finding sankt-anna-2016-013 1.1.0/added/findings.yaml',
      'finding blog-2018-003 1.1.0/added/findings.yaml',
    ],
  )
  t.equal(folder.corrected.length, 4)
  t.equal(folder.withdrawn.length, 2)
})

t.test('a release without corrections and withdrawals has none', async (t) => {
  const folder = readRelease(fixtureReleases, '1.0.0')
  t.same([folder.corrected, folder.withdrawn, folder.issues], [[], [], []])
})

t.test('dates, months and numbers with a leading zero stay text; null is null', async (t) => {
  const { added } = readRelease(fixtureReleases, '1.0.0')
  const find = (id: string) => added.find(({ value }) => value.id === id)?.value
  t.match(find('letter-northmoor-2016'), { published_on: '2016-02-29', note: null, pages: 6 })
  t.match(find('young-carers-2016'), { started_in: '2016-11', announced_on: null, facts: [] })
  t.match(find('eastvale'), { ofsted_urn: '90002', gss_code: 'E99000002' })
})

t.test('text keeps every character it was written with', async (t) => {
  const { added } = readRelease(fixtureReleases, '1.0.0')
  const summaryOf = (id: string) => {
    const value = added.find(({ value }) => value.id === id)?.value
    return value !== undefined && 'summary' in value ? value.summary : undefined
  }
  t.match(summaryOf('sankt-anna-2016-007'), /cre\u0300che .* Zoe\u0308’s/u, 'combining characters stay apart')
  t.match(summaryOf('sankt-anna-2016-006'), '👩\u200d👧\u200d👦')
  t.match(summaryOf('sankt-anna-2016-010'), '<script>alert(1)</script>')
  t.equal(summaryOf('northmoor-2016-015')?.length, 400)
})

t.test('a byte order mark is no part of a file', async (t) => {
  const root = copyReleases(t)
  writeFile(root, '1.1.0/added/agencies.yaml', '\ufeff- { id: a, label: A, definition: D., broader: null }\n')
  const folder = readRelease(root, '1.1.0')
  t.same(folder.issues, [])
  t.match(folder.added[0]?.value, { id: 'a' })
})
