// Which events a release has: one for each record it changes, and one for each finding that changes only with others.
import t from 'tap'
import { completeFinding } from '../../src/dataset/content.ts'
import { listEvents } from '../../src/dataset/events.ts'
import type { Entity, RecordOf } from '../../src/dataset/records.ts'
import type { Snapshot, Step } from '../../src/dataset/snapshot.ts'
import { snapshotOf } from '../support/oracle.ts'

const before = snapshotOf()

/** A snapshot with one record more, or another one in the place of the one of its identifier. */
function withRecord<E extends Entity>(snapshot: Snapshot, entity: E, record: RecordOf<E>): Snapshot {
  return { ...snapshot, [entity]: new Map(snapshot[entity]).set(record.id, record) }
}

const step = (entity: Entity, id: string, after: Snapshot): Step => ({
  type: 'corrected',
  entity,
  id,
  reason: `${id} was wrong.`,
  replaced_by: null,
  before: before[entity].get(id) ?? null,
  after: after[entity].get(id) ?? null,
})

function recordOf<E extends Entity>(entity: E, id: string): RecordOf<E> {
  const record = before[entity].get(id)
  if (record === undefined) throw new Error(`there is no ${entity} ${id}`)
  return record
}

const findingsOf = (inspection: string) =>
  [...before.finding.values()].filter((one) => one.inspection === inspection).map(({ id }) => id)

// No release can move an inspection today, because its identifier names its area; the rule does not rest on that.
t.test('findings follow their inspection into another area and its region', async (t) => {
  const after = withRecord(before, 'inspection', {
    ...recordOf('inspection', 'eastvale-2016'),
    area: 'sankt-anna',
  })
  const [own, ...follow] = listEvents(before, after, [step('inspection', 'eastvale-2016', after)])
  t.match(own, {
    entity: 'inspection',
    id: 'eastvale-2016',
    changed_fields: ['area'],
    inspection: 'eastvale-2016',
  })
  t.same(
    follow.map(({ id }) => id),
    findingsOf('eastvale-2016'),
  )
  for (const event of follow) {
    t.match(event, {
      type: 'corrected',
      entity: 'finding',
      inspection: 'eastvale-2016',
      changed_fields: ['area', 'region'],
      reason: 'Follows from inspection eastvale-2016: eastvale-2016 was wrong.',
      replaced_by: null,
      before: { area: 'eastvale', region: 'upland' },
      after: { area: 'sankt-anna', region: 'coast' },
    })
  }
})

t.test('a finding that follows two corrections gives both reasons, in one event', async (t) => {
  const moved = withRecord(before, 'publication', {
    ...recordOf('publication', 'letter-eastvale-2016'),
    url: 'https://new.example/letter.pdf',
  })
  const after = withRecord(moved, 'area', { ...recordOf('area', 'eastvale'), region: 'coast' })
  const steps = [step('area', 'eastvale', after), step('publication', 'letter-eastvale-2016', after)]
  const follow = listEvents(before, after, steps).slice(2)
  t.equal(new Set(follow.map(({ id }) => id)).size, follow.length)
  t.match(
    follow.find(({ id }) => id === 'eastvale-2016-001'),
    {
      changed_fields: ['evidence', 'region'],
      reason:
        'Follows from area eastvale: eastvale was wrong. Follows from publication letter-eastvale-2016: letter-eastvale-2016 was wrong.',
    },
  )
})

t.test('a finding that a release changes itself has one event, with all that changes', async (t) => {
  const moved = withRecord(before, 'area', { ...recordOf('area', 'eastvale'), region: 'coast' })
  const after = withRecord(moved, 'finding', { ...recordOf('finding', 'eastvale-2016-001'), note: 'Noted.' })
  const steps = [step('area', 'eastvale', after), step('finding', 'eastvale-2016-001', after)]
  const own = listEvents(before, after, steps).filter(({ id }) => id === 'eastvale-2016-001')
  t.equal(own.length, 1)
  t.match(own[0], { changed_fields: ['note', 'region'], reason: 'eastvale-2016-001 was wrong.' })
  const [was, is] = [before, after].map((one) =>
    completeFinding(one, one.finding.get('eastvale-2016-001') ?? recordOf('finding', 'eastvale-2016-001')),
  )
  t.same([own[0]?.before, own[0]?.after], [was, is])
})

t.test('nothing follows from what no finding takes', async (t) => {
  for (const [entity, id, after] of [
    ['area', 'eastvale', withRecord(before, 'area', { ...recordOf('area', 'eastvale'), name: 'Vale' })],
    [
      'agency',
      'schools',
      withRecord(before, 'agency', { ...recordOf('agency', 'schools'), label: 'Every school' }),
    ],
    [
      'inspection',
      'eastvale-2016',
      withRecord(before, 'inspection', { ...recordOf('inspection', 'eastvale-2016'), response_due_on: null }),
    ],
    [
      'publication',
      'news-undated',
      withRecord(before, 'publication', { ...recordOf('publication', 'news-undated'), note: null }),
    ],
  ] as const) {
    t.equal(listEvents(before, after, [step(entity, id, after)]).length, 1, id)
  }
})
