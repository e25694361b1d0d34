// Records that were withdrawn by mistake come back as they last were, under their own identifiers, and only so.
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { type Item, type List, openApp } from '../support/app.ts'
import { type Event, eventsOf, type Fields, walkFeed } from '../support/mirror.ts'
import { type Mistake, testMistakes } from '../support/mistakes.ts'
import { snapshotOf } from '../support/oracle.ts'
import { addRecords, addRelease, copyReleases, editRecord, sealReleases } from '../support/releases.ts'

const restore = (root: string, version: string, id: string, entity = 'finding') =>
  addRecords(root, `${version}/restored.yaml`, { entity, id, reason: `It stands after all, in ${version}.` })
const withdraw = (root: string, version: string, id: string, entity = 'finding') =>
  addRecords(root, `${version}/withdrawn.yaml`, {
    entity,
    id,
    reason: `It was wrong, in ${version}.`,
    replaced_by: null,
  })
const correct = (root: string, version: string, entity: string, id: string, set: Fields) =>
  addRecords(root, `${version}/corrected.yaml`, { entity, id, reason: 'It was wrong.', set })

const file = '1.2.0/restored.yaml'

/** A release 1.2.0 that restores a record, then whatever else is wrong with it. */
const next =
  (id: string, more: (root: string) => void = () => undefined, entity = 'finding') =>
  (root: string) => {
    addRelease(root, '1.2.0')
    restore(root, '1.2.0', id, entity)
    more(root)
  }

const mistakes: readonly Mistake[] = [
  {
    name: 'to restore what was never withdrawn',
    spoil: next('northmoor-2016-001'),
    says: [`${file} › northmoor-2016-001 › id: no finding with this identifier was withdrawn`],
  },
  {
    name: 'to restore what never was',
    spoil: next('northmoor-2016-500'),
    says: [`${file} › northmoor-2016-500 › id: no finding with this identifier was withdrawn`],
  },
  {
    name: 'to restore a record of another kind with the identifier of a withdrawn one',
    spoil: next('overview-2017-003', undefined, 'publication'),
    says: [`${file} › overview-2017-003 › id: no publication with this identifier was withdrawn`],
  },
  {
    name: 'to restore what was restored before',
    spoil: (root) => {
      next('overview-2017-003')(root)
      addRelease(root, '1.3.0', { released_at: '2022-02-01T00:00:00Z' })
      restore(root, '1.3.0', 'overview-2017-003')
    },
    says: ['1.3.0/restored.yaml › overview-2017-003 › id: no finding with this identifier was withdrawn'],
  },
  {
    name: 'to withdraw and restore a record in one release',
    spoil: next('northmoor-2016-001', (root) => withdraw(root, '1.2.0', 'northmoor-2016-001')),
    says: [`${file} › northmoor-2016-001 › id: is changed twice in this release`],
  },
  {
    name: 'to restore and correct a record in one release',
    spoil: next('overview-2017-003', (root) =>
      correct(root, '1.2.0', 'finding', 'overview-2017-003', { note: 'Read again.' }),
    ),
    says: [
      '1.2.0/corrected.yaml › overview-2017-003 › id: there is no finding with this identifier to correct',
    ],
  },
  {
    name: 'to restore a record in a patch release',
    spoil: (root) => {
      addRelease(root, '1.1.1')
      restore(root, '1.1.1', 'overview-2017-003')
    },
    says: [
      '1.1.1/release.yaml › version: 1.1.1 is the wrong step after 1.1.0 for these changes. Allowed: 1.2.0, 2.0.0',
    ],
  },
  {
    name: 'to restore a finding whose theme is gone',
    spoil: (root) => {
      addRelease(root, '1.2.0')
      addRecords(root, '1.2.0/added/themes.yaml', {
        id: 'boats',
        label: 'Boats',
        definition: 'Boats.',
        broader: null,
      })
      correct(root, '1.2.0', 'finding', 'northmoor-2016-001', { themes: ['boats'] })
      addRelease(root, '1.3.0', { released_at: '2022-02-01T00:00:00Z' })
      withdraw(root, '1.3.0', 'northmoor-2016-001')
      addRelease(root, '2.0.0', { released_at: '2022-03-01T00:00:00Z' })
      withdraw(root, '2.0.0', 'boats', 'theme')
      addRelease(root, '2.1.0', { released_at: '2022-04-01T00:00:00Z' })
      restore(root, '2.1.0', 'northmoor-2016-001')
    },
    says: [
      '2.1.0/restored.yaml › northmoor-2016-001 › themes: there is no theme boats. Allowed: attendance, listening-to-children, information-sharing, planning, plan-reviews, leadership, travel, training, weather',
    ],
  },
  {
    name: 'a restoration without a reason',
    spoil: (root) => {
      addRelease(root, '1.2.0')
      addRecords(root, file, { entity: 'finding', id: 'overview-2017-003' })
    },
    says: [`${file} › overview-2017-003: fields are missing: reason`],
  },
  {
    name: 'a restoration that also changes the record',
    spoil: (root) => {
      next('overview-2017-003')(root)
      editRecord(root, file, 'overview-2017-003', { set: { note: 'Read again.' } })
    },
    says: [`${file} › overview-2017-003 › set: is not a known field. Allowed: entity, id, reason`],
  },
]

const root = copyReleases(t)
const id = 'northmoor-2016-001'
const theme = 'boats'
for (const [index, version] of ['1.2.0', '1.3.0', '2.0.0', '2.1.0', '2.2.0', '2.3.0'].entries())
  addRelease(root, version, { released_at: `2022-0${index + 1}-01T00:00:00Z` })
addRecords(root, '1.2.0/added/themes.yaml', {
  id: theme,
  label: 'Boats',
  definition: 'Of boats.',
  broader: null,
})
correct(root, '1.2.0', 'finding', id, { note: 'As it last was.' })
withdraw(root, '1.3.0', id)
withdraw(root, '2.0.0', theme, 'theme')
correct(root, '2.0.0', 'publication', 'letter-northmoor-2016', { url: 'https://new.example/letter.pdf' })
restore(root, '2.1.0', id)
restore(root, '2.1.0', theme, 'theme')
withdraw(root, '2.2.0', id)
restore(root, '2.3.0', id)
sealReleases(root)
const api = await openApp(t, 'fixture', undefined, root)

await testMistakes(t, mistakes)

t.test('a record comes back as it last was, with what it takes from others as they are now', async (t) => {
  const snapshots = new Map(buildReleases(root).map(({ file, snapshot }) => [file.version, snapshot]))
  t.same(snapshots.get('2.1.0')?.finding.get(id), {
    ...snapshotOf().finding.get(id),
    note: 'As it last was.',
  })
  t.same(snapshots.get('2.1.0')?.finding.get(id), snapshots.get('1.2.0')?.finding.get(id))
  t.notOk(snapshots.get('2.0.0')?.finding.has(id))
  t.same([...(snapshots.get('2.1.0')?.theme.keys() ?? [])].at(-1), theme, 'a code is the last of its list')

  const { data } = await api.read<Item<{ note: string; evidence: { url: string }[] }>>(`/v1/findings/${id}`)
  t.equal(data.note, 'As it last was.')
  t.match(data.evidence[0]?.url, /^https:\/\/new\.example\/letter\.pdf#page=\d+$/)
})

t.test(
  'it is there where it stands and gone where it was withdrawn, with the reason of that time',
  async (t) => {
    for (const [version, status] of [
      ['1.0.0', 200],
      ['1.2.0', 200],
      ['1.3.0', 410],
      ['2.0.0', 410],
      ['2.1.0', 200],
      ['2.2.0', 410],
      ['2.3.0', 200],
    ] as const) {
      const response = await api.get(`/v1/releases/${version}/findings/${id}`)
      t.equal(response.statusCode, status, version)
      const list = await api.read<List<{ id: string }>>(
        `/v1/releases/${version}/findings?inspection=northmoor-2016&limit=500`,
      )
      t.equal(
        list.data.some((one) => one.id === id),
        status === 200,
        `${version}, in the list`,
      )
      if (status === 410)
        t.match(response.json(), { detail: `It was wrong, in ${version === '2.2.0' ? '2.2.0' : '1.3.0'}.` })
    }
    t.equal((await api.get(`/v1/findings/${id}`)).statusCode, 200)
    t.equal((await api.get('/v1/findings/overview-2017-003')).statusCode, 410, 'another stays gone')
    t.equal((await api.get(`/v1/themes/${theme}`)).statusCode, 200)
    t.equal((await api.get(`/v1/releases/2.0.0/themes/${theme}`)).statusCode, 410)
  },
)

t.test('the feed tells each step', async (t) => {
  const events: Event[] = eventsOf(await walkFeed(api, '/v1/changes?inspection=northmoor-2016'))
  const told = events.filter((event) => event.id === id)
  t.same(
    told.map(({ release, type }) => `${release} ${type}`),
    [
      '1.0.0 created',
      '1.2.0 corrected',
      '1.3.0 withdrawn',
      '2.1.0 restored',
      '2.2.0 withdrawn',
      '2.3.0 restored',
    ],
  )
  for (const { type, before, after, changed_fields, reason, release, replaced_by } of told.slice(2)) {
    const record = after ?? before
    t.equal(record?.note, 'As it last was.')
    t.same(changed_fields, Object.keys(record ?? {}).sort(), 'there is but one state')
    t.equal(type === 'restored', before === null)
    t.equal(replaced_by, null)
    t.equal(
      reason,
      type === 'restored' ? `It stands after all, in ${release}.` : `It was wrong, in ${release}.`,
    )
  }
})
