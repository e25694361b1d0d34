// What is said of a mistake: its place and what is allowed, never too much at once and never nothing.
import fc from 'fast-check'
import t from 'tap'
import { formatIssue, refuseIssues } from '../../src/dataset/issues.ts'
import { checkRecord, readRelease } from '../../src/dataset/read.ts'
import { entities, labelPattern, textPattern } from '../../src/dataset/records.ts'
import { isUsageError } from '../../src/errors.ts'
import { checkLaw } from '../support/laws.ts'
import { fixtureReleases } from '../support/releases.ts'

t.test('an issue names file, record and field, as far as there are any', async (t) => {
  const issue = { file: '1.0.0/added/areas.yaml', message: 'is wrong' }
  t.equal(formatIssue(issue), '1.0.0/added/areas.yaml: is wrong')
  t.equal(formatIssue({ ...issue, record: 'eastvale' }), '1.0.0/added/areas.yaml › eastvale: is wrong')
  t.equal(
    formatIssue({ ...issue, record: 'eastvale', field: 'name' }),
    '1.0.0/added/areas.yaml › eastvale › name: is wrong',
  )
  t.equal(
    formatIssue({ ...issue, record: 'eastvale', field: '' }),
    '1.0.0/added/areas.yaml › eastvale: is wrong',
  )
})

t.test('no issue is no error', async (t) => {
  t.doesNotThrow(() => refuseIssues([]))
})

t.test('issues are one error of the person who wrote them, with a line each', async (t) => {
  t.throws(
    () =>
      refuseIssues([
        { file: 'a', message: 'x' },
        { file: 'b', message: 'y' },
      ]),
    {
      usage: true,
      message: 'Nothing was published. 2 problem(s):\na: x\nb: y',
    },
  )
})

t.test('more than 50 issues are counted, and the first 50 shown', async (t) => {
  const refuse = (count: number) => {
    try {
      refuseIssues(
        Array.from({ length: count }, (_, index) => ({ file: `file-${index + 1}`, message: 'is wrong' })),
      )
      return []
    } catch (error) {
      return isUsageError(error) ? error.message.split('\n') : []
    }
  }
  t.equal(refuse(50).at(-1), 'file-50: is wrong')
  t.equal(refuse(51).at(-1), '... and 1 more')
  t.same([refuse(51).length, refuse(51)[0]], [52, 'Nothing was published. 51 problem(s):'])
})

const records = readRelease(fixtureReleases, '1.0.0').added
const issuesOf = (entity: (typeof entities)[number], value: unknown) => {
  const issues: string[] = []
  const isRight = checkRecord(entity)(value, (field, message) => issues.push(`${field}: ${message}`))
  return { isRight, issues }
}

t.test('a value either fits or something is said of it, each field once', async () => {
  const field = fc.constantFrom(
    'id',
    'note',
    'broader',
    'evidence',
    'agencies',
    'published_on',
    'summary',
    'extra',
  )
  const spoilt = fc.tuple(
    fc.constantFrom(...records),
    fc.dictionary(fc.oneof(field, fc.string()), fc.jsonValue()),
  )
  checkLaw(
    t,
    fc.property(spoilt, fc.constantFrom(...entities), ([{ value }, fields], entity) => {
      const { isRight, issues } = issuesOf(entity, { ...value, ...fields })
      const places = issues.map((issue) => issue.split(': ')[0])
      return isRight === (issues.length === 0) && new Set(places).size === places.length
    }),
    { numRuns: 500 },
  )
})

t.test('whatever is no record at all is refused', async (t) => {
  checkLaw(
    t,
    fc.property(fc.jsonValue(), fc.constantFrom(...entities), (value, entity) => {
      const { isRight, issues } = issuesOf(entity, value)
      return !isRight && issues.length > 0
    }),
  )
})

t.test('the text rule refuses what a spreadsheet would not take as text, and nothing else', async () => {
  const isControl = (code: number) =>
    code < 0x20 || (code > 0x7e && code < 0xa0) || code === 0x2028 || code === 0x2029
  const isText = (text: string) =>
    text.isWellFormed() &&
    /^[^=+\-@\s]/u.test(text) &&
    Array.from(text, (character) => character.codePointAt(0) ?? 0).every((code) => !isControl(code))
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'=+-@;a é🚸\t\r\n\u0085\u2028', '\ud83d') }),
  )
  checkLaw(
    t,
    fc.property(anything, (text) => {
      const isLabel = isText(text) && !text.includes(';')
      return (
        new RegExp(textPattern, 'u').test(text) === isText(text) &&
        new RegExp(labelPattern, 'u').test(text) === isLabel
      )
    }),
    { numRuns: 1000 },
  )
})
