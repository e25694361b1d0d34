// What the publisher says of a release that does not follow from the ones before: identifiers, corrections, versions.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Mistake, testMistakes } from '../support/mistakes.ts'
import { addRecords, addRelease, editRecord, writeFile } from '../support/releases.ts'

const findings = '1.1.0/added/findings.yaml'
const corrected = '1.1.0/corrected.yaml'
const withdrawn = '1.1.0/withdrawn.yaml'

const canal = { id: 'canal-wardens', label: 'Wardens', definition: 'Wardens of canals.', broader: null }
const training = { ...canal, id: 'first-aid' }
const blog = {
  id: 'overview-2017-003',
  programme: 'young-carers-2016',
  inspection: null,
  publication: 'blog-young-carers-2018',
  kind: 'context',
  section: 'statement',
  basis: 'stated',
  summary: 'The blog has the last word.',
  note: null,
  agencies: ['schools'],
  themes: ['travel'],
  evidence: [
    { publication: 'blog-young-carers-2018', relation: 'stated', page: null, heading: null, item: null },
  ],
}

const correct = (entity: string, id: string, set: Readonly<Record<string, unknown>>) => (root: string) =>
  addRecords(root, corrected, { entity, id, reason: 'It was wrong.', set })
const withdraw =
  (entity: string, id: string, replaced_by: string | null = null) =>
  (root: string) =>
    addRecords(root, withdrawn, { entity, id, reason: 'It was wrong.', replaced_by })

const identifiers: readonly Mistake[] = [
  {
    name: 'one identifier twice in a release',
    spoil: (root) => addRecords(root, '1.1.0/added/agencies-more.yaml', canal),
    says: [
      '1.1.0/added/agencies.yaml › canal-wardens › id: already exists, in 1.1.0/added/agencies-more.yaml; a new record needs a new identifier',
    ],
  },
  {
    name: 'the identifier of an earlier release again',
    spoil: (root) => addRecords(root, '1.1.0/added/agencies.yaml', { ...canal, id: 'schools' }),
    says: [
      '1.1.0/added/agencies.yaml › schools › id: already exists, in 1.0.0/added/agencies.yaml; a new record needs a new identifier',
    ],
  },
  {
    name: 'the identifier of a withdrawn record again',
    spoil: (root) => {
      addRelease(root, '1.2.0')
      addRecords(root, '1.2.0/added/findings.yaml', blog)
    },
    says: [
      '1.2.0/added/findings.yaml › overview-2017-003 › id: was withdrawn in 1.1.0; an identifier is never used again. To bring the record back: restored.yaml',
    ],
  },
]

const corrections: readonly Mistake[] = [
  {
    name: 'a correction of nothing',
    spoil: correct('area', 'westvale', { name: 'Westvale' }),
    says: [`${corrected} › westvale › id: there is no area with this identifier to correct`],
  },
  {
    name: 'a correction of a withdrawn record',
    spoil: (root) => {
      addRelease(root, '1.1.1')
      addRecords(root, '1.1.1/corrected.yaml', {
        entity: 'finding',
        id: 'overview-2017-003',
        reason: 'It was wrong.',
        set: { note: 'Gone.' },
      })
    },
    says: [
      '1.1.1/corrected.yaml › overview-2017-003 › id: there is no finding with this identifier to correct',
    ],
  },
  {
    name: 'a correction of a kind of record that does not exist',
    spoil: correct('ferry', 'northmoor', { name: 'Northmoor' }),
    says: [
      `${corrected} › northmoor › entity: must be one of: programme, inspectorate, area, publication, agency, theme, inspection, finding`,
    ],
  },
  {
    name: 'two corrections of one record',
    spoil: correct('area', 'eastvale', { name: 'East Vale' }),
    says: [`${corrected} › eastvale › id: is changed twice in this release`],
  },
  {
    name: 'a correction of a record added in the same release',
    spoil: correct('agency', 'canal-wardens', { label: 'Wardens' }),
    says: [`${corrected} › canal-wardens › id: is changed twice in this release`],
  },
  {
    name: 'a correction that changes nothing',
    spoil: correct('area', 'northmoor', { name: 'Northmoor' }),
    says: [`${corrected} › northmoor › name: is already what the correction says; leave it out`],
  },
  {
    name: 'a correction without a field',
    spoil: correct('area', 'northmoor', {}),
    says: [`${corrected} › northmoor › set: must not have fewer than 1 properties`],
  },
  {
    name: 'a correction of an identifier',
    spoil: correct('theme', 'weather', { id: 'rain' }),
    says: [`${corrected} › weather › set.id: is not a known field. Allowed: label, definition, broader`],
  },
  {
    name: 'a correction without a reason',
    spoil: (root) => addRecords(root, corrected, { entity: 'theme', id: 'weather', set: { label: 'Rain' } }),
    says: [`${corrected} › weather: fields are missing: reason`],
  },
  {
    name: 'a correction to a code that does not exist, naming the file of the correction',
    spoil: correct('finding', 'northmoor-2016-001', { themes: ['boats'] }),
    says: [
      `${corrected} › northmoor-2016-001 › themes: there is no theme boats. Allowed: attendance, listening-to-children, information-sharing, planning, plan-reviews, leadership, travel, training, weather`,
    ],
  },
]

const withdrawals: readonly Mistake[] = [
  {
    name: 'a withdrawal of nothing',
    spoil: withdraw('finding', 'northmoor-2016-500'),
    says: [`${withdrawn} › northmoor-2016-500 › id: there is no finding with this identifier to withdraw`],
  },
  {
    name: 'a withdrawal of a record corrected in the same release',
    spoil: withdraw('finding', 'northmoor-2016-003'),
    says: [`${withdrawn} › northmoor-2016-003 › id: is changed twice in this release`],
  },
  {
    name: 'a withdrawal of a record that others refer to',
    spoil: withdraw('publication', 'news-northmoor-2016'),
    says: [
      ['008', 'evidence.1'],
      ['009', 'evidence.2'],
      ['016', 'evidence.0'],
    ].map(
      ([number, field]) =>
        `1.0.0/added/findings-northmoor-2016.yaml › northmoor-2016-${number} › ${field}.publication: there is no publication news-northmoor-2016. Allowed: letter-northmoor-2016, letter-northmoor-2016-b, letter-eastvale-2016, letter-sankt-anna-2016, letter-pont-ecoute-2017, overview-school-absence-2017, guidance-school-absence-2016, announcement-school-absence-2016, blog-young-carers-2018, news-undated`,
    ),
  },
  {
    name: 'a replacement that does not exist',
    spoil: withdraw('finding', 'northmoor-2016-001', 'northmoor-2016-500'),
    says: [
      `${withdrawn} › northmoor-2016-001 › replaced_by: there is no finding northmoor-2016-500 in this release`,
    ],
  },
  {
    name: 'a replacement that is withdrawn too',
    spoil: withdraw('finding', 'northmoor-2016-001', 'overview-2017-003'),
    says: [
      `${withdrawn} › northmoor-2016-001 › replaced_by: there is no finding overview-2017-003 in this release`,
    ],
  },
]

const minorOrMajor = 'is the wrong step after 1.1.0 for these changes. Allowed: 1.2.0, 2.0.0'

const versions: readonly Mistake[] = [
  {
    name: 'a first release that is not 1.0.0',
    spoil: (root) => {
      for (const version of ['1.0.0', '1.1.0']) rmSync(join(root, version), { recursive: true })
      addRelease(root, '1.2.0')
      addRecords(root, '1.2.0/added/agencies.yaml', canal)
    },
    says: [
      '1.2.0/release.yaml › version: 1.2.0 is the wrong step after nothing for these changes. Allowed: 1.0.0',
    ],
  },
  {
    name: 'a patch release that adds a record',
    spoil: (root) => {
      addRelease(root, '1.1.1')
      addRecords(root, '1.1.1/added/agencies.yaml', training)
    },
    says: [`1.1.1/release.yaml › version: 1.1.1 ${minorOrMajor}`],
  },
  {
    name: 'a patch release that withdraws a record',
    spoil: (root) => {
      addRelease(root, '1.1.1')
      addRecords(root, '1.1.1/withdrawn.yaml', {
        entity: 'finding',
        id: 'northmoor-2016-001',
        reason: 'It was wrong.',
        replaced_by: null,
      })
    },
    says: [`1.1.1/release.yaml › version: 1.1.1 ${minorOrMajor}`],
  },
  {
    name: 'a minor release that withdraws a code',
    spoil: (root) => {
      addRelease(root, '1.2.0')
      addRecords(root, '1.2.0/withdrawn.yaml', {
        entity: 'theme',
        id: 'weather',
        reason: 'It never mattered.',
        replaced_by: null,
      })
    },
    says: [
      '1.2.0/release.yaml › version: 1.2.0 is the wrong step after 1.1.0 for these changes. Allowed: 2.0.0',
    ],
  },
  {
    name: 'a minor release that moves a code under another',
    spoil: (root) => {
      addRelease(root, '1.2.0')
      addRecords(root, '1.2.0/corrected.yaml', {
        entity: 'theme',
        id: 'weather',
        reason: 'It is about travel.',
        set: { broader: 'travel' },
      })
    },
    says: [
      '1.2.0/release.yaml › version: 1.2.0 is the wrong step after 1.1.0 for these changes. Allowed: 2.0.0',
    ],
  },
  {
    name: 'a version left out',
    spoil: (root) => {
      addRelease(root, '1.3.0')
      addRecords(root, '1.3.0/added/agencies.yaml', training)
    },
    says: [`1.3.0/release.yaml › version: 1.3.0 ${minorOrMajor}`],
  },
  {
    name: 'a release dated like the one before',
    spoil: (root) => {
      addRelease(root, '1.2.0', { released_at: '2021-01-01T00:00:00Z', coded_on: '2020-12-31' })
      addRecords(root, '1.2.0/added/agencies.yaml', training)
    },
    says: ['1.2.0/release.yaml › released_at: must be later than that of 1.1.0, 2021-01-01T00:00:00Z'],
  },
  {
    name: 'a release coded after it was made',
    spoil: (root) => {
      addRelease(root, '1.2.0', { coded_on: '2022-01-02' })
      addRecords(root, '1.2.0/added/agencies.yaml', training)
    },
    says: ['1.2.0/release.yaml › coded_on: must not be later than released_at'],
  },
  {
    name: 'a release that changes nothing',
    spoil: (root) => addRelease(root, '1.1.1'),
    says: ['1.1.1/release.yaml › version: the release changes nothing'],
  },
  {
    name: 'a release without its own file',
    spoil: (root) => rmSync(join(root, '1.1.0/release.yaml')),
    says: ['1.1.0/release.yaml: the file is missing'],
  },
  {
    name: 'a release whose version is not the name of its folder',
    spoil: (root) => addRelease(root, '1.2.0', { version: '1.3.0' }),
    says: ['1.2.0/release.yaml › version: must be the name of its folder, 1.2.0'],
  },
  {
    name: 'a folder that is no version',
    spoil: (root) => writeFile(root, 'draft/release.yaml', 'version: draft\n'),
    says: [
      'draft/release.yaml: fields are missing: released_at, coded_on, notes',
      'draft/release.yaml › version: is malformed. Allowed: Semantic version of the data; the name of the folder. Pattern: ^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$',
    ],
  },
  {
    name: 'a time of release that is not written in UTC',
    spoil: (root) => addRelease(root, '1.2.0', { released_at: '2022-01-01T01:00:00+01:00' }),
    says: [
      '1.2.0/release.yaml › released_at: is malformed. Allowed: When the release was made, UTC, YYYY-MM-DDThh:mm:ssZ; later than the one before. Pattern: ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
    ],
  },
  {
    name: 'a mistake in the first wrong release only, for the later ones rest on it',
    spoil: (root) => {
      editRecord(root, findings, 'blog-2018-003', { kind: 'praise' })
      addRelease(root, '1.9.0')
    },
    says: [`${findings} › blog-2018-003 › kind: must be one of: strength, area_for_improvement, context`],
  },
]

await testMistakes(t, [...identifiers, ...corrections, ...withdrawals, ...versions])
