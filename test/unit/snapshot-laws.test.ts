// Laws of releases as what was before plus what changed: the events alone give every snapshot.
import fc from 'fast-check'
import t from 'tap'
import type { WireRecord } from '../../src/dataset/content.ts'
import { type ChangeEvent, listEvents } from '../../src/dataset/events.ts'
import type { ReleaseFolder } from '../../src/dataset/read.ts'
import { applyRelease, emptyHistory, type History, type Snapshot } from '../../src/dataset/snapshot.ts'
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
const restoration = fc.record({
  entity: fc.constantFrom('inspectorate' as const, 'theme' as const),
  id,
  reason: fc.constant('By mistake.'),
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
  restored: fc.array(
    restoration.map((value) => ({ value, file: 'restored.yaml' })),
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
    const { history: after, steps } = applyRelease(before, folder)
    const events = listEvents(before.snapshot, after.snapshot, steps)
    const step = { before, after, events, folder }
    before = after
    return step
  })
}

const listRecords = ({ inspectorate, theme }: Snapshot): [string, WireRecord][] => [
  ...[...inspectorate].map(([id, record]): [string, WireRecord] => [`inspectorate ${id}`, record]),
  ...[...theme].map(([id, record]): [string, WireRecord] => [`theme ${id}`, record]),
]
const show = (records: Iterable<[string, WireRecord]>, entity: string) =>
  JSON.stringify([...records].filter(([key]) => key.startsWith(`${entity} `)))

const showHistory = ({ snapshot, withdrawn, written }: History) =>
  JSON.stringify([Object.values(snapshot).map((records) => [...records]), [...withdrawn], [...written]])

/** What a copy of the data set becomes when it follows the change feed alone. */
function replay(records: Map<string, WireRecord>, events: readonly ChangeEvent[]): void {
  for (const { entity, id, before, after } of events) {
    const key = `${entity} ${id}`
    if (JSON.stringify(records.get(key) ?? null) !== JSON.stringify(before))
      throw new Error(`${key} was something else`)
    if (after === null) records.delete(key)
    else records.set(key, after)
  }
}

t.test(
  'replaying the events gives every snapshot in its order, and each event holds what was before',
  async (t) => {
    checkLaw(
      t,
      fc.property(folders, (releases) => {
        const copy = new Map<string, WireRecord>()
        return applyAll(releases).every(({ events, after }) => {
          replay(copy, events)
          return ['inspectorate', 'theme'].every(
            (entity) => show(copy, entity) === show(listRecords(after.snapshot), entity),
          )
        })
      }),
    )
  },
)

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

t.test('a withdrawn identifier comes back only as what it was, restored', async (t) => {
  checkLaw(
    t,
    fc.property(folders, (releases) => {
      const gone = new Map<string, string>()
      return applyAll(releases).every(({ events }) => {
        const isRight = events.every(({ type, entity, id, after }) => {
          const last = gone.get(`${entity} ${id}`)
          if (type === 'restored') return last === JSON.stringify(after)
          return last === undefined
        })
        for (const { type, entity, id, before } of events) {
          if (type === 'withdrawn') gone.set(`${entity} ${id}`, JSON.stringify(before))
          if (type === 'restored') gone.delete(`${entity} ${id}`)
        }
        return isRight
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
          const { added, corrected, withdrawn, restored } = folder
          const written = [...added, ...corrected, ...withdrawn, ...restored].length
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
