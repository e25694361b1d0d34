// Laws of releases as what was before plus what changed: the events alone give every snapshot.
import fc from 'fast-check'
import t from 'tap'
import type { ReleaseFolder } from '../../src/dataset/read.ts'
import type { AnyRecord } from '../../src/dataset/records.ts'
import {
  applyRelease,
  type ChangeEvent,
  compare,
  emptyHistory,
  type History,
  type Snapshot,
} from '../../src/dataset/snapshot.ts'
import { checkLaw } from '../support/laws.ts'

// Small releases of two kinds of record that share their identifiers, so that they meet again and again.
const id = fc.constantFrom('a', 'b', 'c', 'd')
const note = fc.constantFrom(null, 'One.', 'Two.')
const inspectorate = fc.record({ id, name: fc.constantFrom('A', 'B'), note })
const theme = fc.record({
  id,
  label: fc.constantFrom('A', 'B'),
  definition: fc.constant('D.'),
  broader: fc.constant(null),
})
const added = fc.oneof(
  inspectorate.map((value) => ({ entity: 'inspectorate' as const, value, file: 'added/inspectorates.yaml' })),
  theme.map((value) => ({ entity: 'theme' as const, value, file: 'added/themes.yaml' })),
)
const correction = fc.oneof(
  fc.record({
    entity: fc.constant('inspectorate' as const),
    id,
    reason: fc.constant('Why.'),
    set: fc.record({ note }),
  }),
  fc.record({
    entity: fc.constant('theme' as const),
    id,
    reason: fc.constant('Why.'),
    set: fc.record({ label: fc.constantFrom('A', 'B', 'C'), definition: fc.constantFrom('D.', 'E.') }),
  }),
)
const withdrawal = fc.record({
  entity: fc.constantFrom('inspectorate' as const, 'theme' as const),
  id,
  reason: fc.constant('Why.'),
  replaced_by: fc.option(id),
})
const folder: fc.Arbitrary<ReleaseFolder> = fc.record({
  name: fc.constantFrom('1.0.0', '1.1.0', '2.0.0'),
  sha256: fc.constant(''),
  release: fc.constant(null),
  added: fc.array(added, { maxLength: 5 }),
  corrected: fc.array(
    correction.map((value) => ({ value, file: 'corrected.yaml' })),
    { maxLength: 3 },
  ),
  withdrawn: fc.array(
    withdrawal.map((value) => ({ value, file: 'withdrawn.yaml' })),
    { maxLength: 3 },
  ),
  issues: fc.constant([]),
})
const folders = fc.array(folder, { minLength: 1, maxLength: 6 })

interface Step {
  readonly before: History
  readonly after: History
  readonly events: readonly ChangeEvent[]
  readonly folder: ReleaseFolder
}

function applyAll(releases: readonly ReleaseFolder[]): Step[] {
  let before = emptyHistory()
  return releases.map((folder) => {
    const { history: after, events } = applyRelease(before, folder)
    const step = { before, after, events, folder }
    before = after
    return step
  })
}

const listRecords = (snapshot: Snapshot): [string, AnyRecord][] =>
  Object.entries(snapshot).flatMap(([entity, records]: [string, ReadonlyMap<string, AnyRecord>]) =>
    [...records].map(([id, record]): [string, AnyRecord] => [`${entity} ${id}`, record]),
  )
const show = (records: Iterable<[string, AnyRecord]>) =>
  JSON.stringify([...records].sort(([a], [b]) => compare(a, b)))

const showHistory = ({ snapshot, withdrawn, written }: History) =>
  [show(listRecords(snapshot)), ...withdrawn, ...written].join('\n')

/** What a copy of the data set becomes when it follows the change feed alone. */
function replay(records: Map<string, AnyRecord>, events: readonly ChangeEvent[]): void {
  for (const { entity, id, before, after } of events) {
    const key = `${entity} ${id}`
    if (JSON.stringify(records.get(key) ?? null) !== JSON.stringify(before))
      throw new Error(`${key} was something else`)
    if (after === null) records.delete(key)
    else records.set(key, after)
  }
}

t.test('replaying the events gives every snapshot, and each event holds what was before', async (t) => {
  checkLaw(
    t,
    fc.property(folders, (releases) => {
      const copy = new Map<string, AnyRecord>()
      return applyAll(releases).every(({ events, after }) => {
        replay(copy, events)
        return show(copy) === show(listRecords(after.snapshot))
      })
    }),
  )
})

t.test('what was before is left as it was', async (t) => {
  checkLaw(
    t,
    fc.property(folders, folder, (releases, next) => {
      const before = applyAll(releases).at(-1)?.after ?? emptyHistory()
      const shown = showHistory(before)
      applyRelease(before, next)
      return showHistory(before) === shown
    }),
  )
})

t.test('a withdrawn identifier never comes back', async (t) => {
  checkLaw(
    t,
    fc.property(folders, (releases) => {
      const gone = new Set<string>()
      return applyAll(releases).every(({ events }) => {
        const isBack = events.some(
          ({ type, entity, id }) => type === 'created' && gone.has(`${entity} ${id}`),
        )
        for (const { type, entity, id } of events) if (type === 'withdrawn') gone.add(`${entity} ${id}`)
        return !isBack
      })
    }),
  )
})

t.test(
  'a release changes a record at most once, and every change it writes is an event or an issue',
  async (t) => {
    checkLaw(
      t,
      fc.property(folders, (releases) =>
        applyAll(releases).every(({ before, events, folder }) => {
          const keys = events.map(({ entity, id }) => `${entity} ${id}`)
          const written = folder.added.length + folder.corrected.length + folder.withdrawn.length
          const { issues } = applyRelease(before, folder)
          return new Set(keys).size === keys.length && (events.length === written || issues.length > 0)
        }),
      ),
    )
  },
)

t.test('changed fields are those that differ, in alphabetical order', async (t) => {
  checkLaw(
    t,
    fc.property(folders, (releases) =>
      applyAll(releases).every(({ events }) =>
        events.every(({ before, after, changed_fields }) => {
          const fields = Object.keys(after ?? before ?? {}).sort()
          const differs = (field: string) =>
            JSON.stringify(Reflect.get(before ?? {}, field)) !==
            JSON.stringify(Reflect.get(after ?? {}, field))
          return changed_fields.join() === fields.filter(differs).join()
        }),
      ),
    ),
  )
})
