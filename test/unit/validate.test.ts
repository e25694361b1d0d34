// The rules of a whole release, for what no single example shows: steps of the version, circles of codes.
import fc from 'fast-check'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import type { ChangeEvent } from '../../src/dataset/events.ts'
import type { ReleaseFolder } from '../../src/dataset/read.ts'
import type { ReleaseFile } from '../../src/dataset/records.ts'
import { emptyHistory } from '../../src/dataset/snapshot.ts'
import { checkRelease, checkSnapshot } from '../../src/dataset/validate.ts'
import { checkLaw } from '../support/laws.ts'
import { fixtureReleases } from '../support/releases.ts'

const describe = (version: string, released_at: string): ReleaseFile => ({
  version,
  released_at,
  coded_on: '2020-01-01',
  notes: 'Next.',
})

const event = (fields: Pick<ChangeEvent, 'type' | 'entity'> & Partial<ChangeEvent>): ChangeEvent => ({
  id: 'a',
  inspection: null,
  reason: null,
  replaced_by: null,
  changed_fields: [],
  before: null,
  after: null,
  ...fields,
})

/** The fields of a release after 1.4.2 that are wrong, given its version and what it changes. */
function findWrong(version: string, ...events: ChangeEvent[]): (string | undefined)[] {
  const folder: ReleaseFolder = {
    name: version,
    sha256: '',
    release: describe(version, '2021-01-01T00:00:00Z'),
    added: [],
    corrected: events.map(() => ({
      value: { entity: 'area', id: 'a', reason: 'Why.', set: {} },
      file: 'corrected.yaml',
    })),
    withdrawn: [],
    restored: [],
    issues: [],
  }
  const issues = checkRelease(folder, describe('1.4.2', '2020-01-01T00:00:00Z'), events)
  return issues.map(({ field }) => field)
}

const isAllowed = (...events: ChangeEvent[]) =>
  ['1.4.3', '1.5.0', '2.0.0'].filter((version) => findWrong(version, ...events).length === 0)

t.test('the step of a version is at least as large as what changes', async (t) => {
  const all = ['1.4.3', '1.5.0', '2.0.0']
  const label = { entity: 'theme', type: 'corrected', changed_fields: ['label'] } as const
  const moved = { entity: 'agency', type: 'corrected', changed_fields: ['broader'] } as const
  t.same(isAllowed(event({ type: 'corrected', entity: 'finding' })), all)
  t.same(isAllowed(event(label)), all, 'a label is no new code')
  t.same(isAllowed(event({ type: 'created', entity: 'finding' })), all.slice(1))
  t.same(isAllowed(event({ type: 'created', entity: 'agency' })), all.slice(1))
  t.same(isAllowed(event({ type: 'withdrawn', entity: 'finding' })), all.slice(1))
  t.same(isAllowed(event({ type: 'restored', entity: 'finding' })), all.slice(1))
  t.same(isAllowed(event(moved)), all.slice(2), 'a code moved counts differently from now on')
  t.same(isAllowed(event({ type: 'withdrawn', entity: 'theme' })), all.slice(2))
  t.same(isAllowed(event(label), event(moved), event(label)), all.slice(2), 'the largest one counts')
})

t.test('no version is left out, taken back or given twice', async (t) => {
  const correction = event({ type: 'corrected', entity: 'finding' })
  for (const version of ['1.4.2', '1.4.1', '1.4.4', '1.3.0', '1.6.0', '1.5.1', '3.0.0', '2.1.0', '1.0.0']) {
    t.same(findWrong(version, correction), ['version'], version)
  }
})

t.test('the invented world keeps every rule', async (t) => {
  for (const { snapshot } of buildReleases(fixtureReleases)) {
    t.same(checkSnapshot({ ...emptyHistory(), snapshot }), [])
  }
})

t.test('a code is in a circle, or leads to one, exactly when no way up ends', async (t) => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const broader = fc.array(fc.constantFrom(null, ...ids), { minLength: ids.length, maxLength: ids.length })
  checkLaw(
    t,
    fc.property(broader, (above) => {
      const up = new Map(ids.map((id, index) => [id, above[index] ?? null]))
      const codes = ids.map((id) => ({ id, label: 'A', definition: 'D.', broader: up.get(id) ?? null }))
      const history = emptyHistory()
      const theme = new Map(codes.map((code) => [code.id, code]))
      const issues = checkSnapshot({ ...history, snapshot: { ...history.snapshot, theme } })

      const climb = (id: string | null, steps: number): string | null =>
        id === null || steps === 0 ? id : climb(up.get(id) ?? null, steps - 1)
      const endless = ids.filter((id) => climb(id, ids.length) !== null)
      return issues.map(({ record }) => record).join() === endless.join()
    }),
  )
})
