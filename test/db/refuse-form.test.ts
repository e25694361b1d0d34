// What the publisher says of a file or a record whose form is wrong: where it is, and what is allowed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type Mistake, testMistakes } from '../support/mistakes.ts'
import { addRecords, editRecord, writeFile } from '../support/releases.ts'

const agencies = '1.1.0/added/agencies.yaml'
const findings = '1.1.0/added/findings.yaml'
const inspections = '1.0.0/added/inspections.yaml'
const corrected = '1.1.0/corrected.yaml'
const warden = '1.1.0/added/findings.yaml › northmoor-2016-017'

const evidence = { publication: 'letter-northmoor-2016', relation: 'stated', page: 3, heading: null, item: 6 }
const findingFields =
  'id, programme, inspection, publication, kind, section, basis, summary, note, agencies, themes, evidence'
const textRule =
  'must be one line of text that does not begin with = + - @ or white space and holds no control character, line break or half of a character'
const slug = '^[a-z0-9]+(-[a-z0-9]+)*$'

const edit = (fields: Readonly<Record<string, unknown>>) => (root: string) =>
  editRecord(root, findings, 'northmoor-2016-017', fields)
const append = (file: string, text: string) => (root: string) =>
  writeFile(root, file, readFileSync(join(root, file), 'utf8') + text)

const files: readonly Mistake[] = [
  {
    name: 'YAML that is broken',
    spoil: append(agencies, '- id: [unclosed\n'),
    says: [
      `${agencies} › line 6: Flow sequence in block collection must be sufficiently indented and end with a ]`,
    ],
  },
  {
    name: 'a key written twice',
    spoil: append(agencies, '  label: Canal wardens, again\n'),
    says: [`${agencies} › line 5: Map keys must be unique`],
  },
  {
    name: 'an alias, which stands for another place',
    spoil: append(agencies, '- &one { id: a, label: A, definition: D, broader: null }\n- *one\n'),
    says: [`${agencies} › line 6: *one stands for another place: write it out`],
  },
  {
    name: 'a tag that YAML does not know',
    spoil: append(agencies, '- { id: a, label: !shout A, definition: D, broader: null }\n'),
    says: [`${agencies} › line 5: Unresolved tag: !shout`],
  },
  {
    name: 'a file that is not UTF-8',
    spoil: (root) => writeFile(root, agencies, Buffer.from('- id: caf\xe9\n', 'latin1')),
    says: [`${agencies}: is not UTF-8`],
  },
  {
    name: 'a file that is not a list',
    spoil: (root) => writeFile(root, agencies, 'id: canal-wardens\n'),
    says: [`${agencies}: must be a list of records`],
  },
  {
    name: 'an empty file',
    spoil: (root) => writeFile(root, agencies, ''),
    says: [`${agencies}: must be a list of records`],
  },
  {
    name: 'a list of something else than records',
    spoil: append(agencies, '- canal\n'),
    says: [`${agencies} › record 2: must be object`],
  },
  {
    name: 'a file it does not know',
    spoil: (root) => writeFile(root, '1.1.0/notes.txt', 'Remember the locks.\n'),
    says: [
      '1.1.0/notes.txt: unknown file. Allowed: release.yaml, corrected.yaml, withdrawn.yaml, restored.yaml, added',
    ],
  },
  {
    name: 'an added file it does not know',
    spoil: (root) => writeFile(root, '1.1.0/added/canals.yaml', '[]\n'),
    says: [
      `1.1.0/added/canals.yaml: unknown file. Allowed: ${[
        'programmes',
        'inspectorates',
        'areas',
        'publications',
        'agencies',
        'themes',
        'inspections',
        'findings',
      ]
        .map((stem) => `${stem}.yaml or ${stem}-<anything>.yaml`)
        .join(', ')}`,
    ],
  },
]

const fields: readonly Mistake[] = [
  {
    name: 'an unknown field',
    spoil: edit({ colour: 'blue' }),
    says: [`${warden} › colour: is not a known field. Allowed: ${findingFields}`],
  },
  {
    name: 'more unknown fields than the validator counts',
    spoil: edit(Object.fromEntries(Array.from('abcdefghijkl', (name) => [name, 1]))),
    says: Array.from(
      'abcdefgh',
      (name) => `${warden} › ${name}: is not a known field. Allowed: ${findingFields}`,
    ),
  },
  {
    name: 'an unknown field of a piece of evidence',
    spoil: edit({ evidence: [evidence, { ...evidence, line: 3 }] }),
    says: [
      `${warden} › evidence.1.line: is not a known field. Allowed: publication, relation, page, heading, item`,
    ],
  },
  {
    name: 'an unknown field of a correction',
    spoil: (root) => addRecords(root, corrected, correct('area', 'northmoor', { colour: 'blue' })),
    says: [
      `${corrected} › northmoor › set.colour: is not a known field. Allowed: name, local_authority, gss_code, authority_type, region, region_name, region_gss_code, police_force, police_force_area_gss_code, ofsted_urn`,
    ],
  },
  {
    name: 'a missing field',
    spoil: edit({ note: undefined }),
    says: [`${warden}: fields are missing: note`],
  },
  {
    name: 'a record without an identifier, which is named by its place',
    spoil: edit({ id: undefined }),
    says: [`${findings} › record 1: fields are missing: id`],
  },
  {
    name: 'an identifier with capitals',
    spoil: (root) => editRecord(root, agencies, 'canal-wardens', { id: 'Canal' }),
    says: [`${agencies} › Canal › id: is malformed. Allowed: Code, for ever. Pattern: ${slug}`],
  },
  {
    name: 'a finding whose number has two digits',
    spoil: edit({ id: 'northmoor-2016-17' }),
    says: [
      `${findings} › northmoor-2016-17 › id: is malformed. Allowed: Identifier, for ever: inspection (or overview-YEAR) and a number of three digits at least. Pattern: ^[a-z0-9]+(-[a-z0-9]+)*-[0-9]{4}(-[b-z])?-[0-9]{3,}$`,
    ],
  },
  {
    name: 'a value outside a closed set',
    spoil: edit({ kind: 'praise' }),
    says: [`${warden} › kind: must be one of: strength, area_for_improvement, context`],
  },
  {
    name: 'a code written twice',
    spoil: edit({ agencies: ['canal-wardens', 'canal-wardens'] }),
    says: [`${warden} › agencies: must not hold a value twice`],
  },
  {
    name: 'a finding without an agency, a theme and evidence',
    spoil: edit({ agencies: [], themes: [], evidence: [] }),
    says: ['agencies', 'themes', 'evidence'].map(
      (field) => `${warden} › ${field}: must not have fewer than 1 items`,
    ),
  },
  {
    name: 'a page that is a word',
    spoil: edit({ evidence: [{ ...evidence, page: 'three' }] }),
    says: [`${warden} › evidence.0.page: must be integer`],
  },
  {
    name: 'page 0',
    spoil: edit({ evidence: [{ ...evidence, page: 0 }] }),
    says: [`${warden} › evidence.0.page: must be >= 1`],
  },
  {
    name: 'several mistakes of several records, each on a line of its own',
    spoil: (root) => {
      edit({ kind: 'praise', section: 'footnote' })(root)
      editRecord(root, agencies, 'canal-wardens', { broader: 'Harbour Watch' })
    },
    says: [
      `${agencies} › canal-wardens › broader: is malformed. Allowed: The broader code it belongs to; null for a top code. Pattern: ${slug}`,
      `${warden} › kind: must be one of: strength, area_for_improvement, context`,
      `${warden} › section: must be one of: summary, key_strengths, areas_for_improvement, case_study, next_steps, report, statement`,
    ],
  },
]

const dates: readonly Mistake[] = [
  ...['2017-02-29', '2017-13-01'].map((date) => ({
    name: `the date ${date}, which no calendar has`,
    spoil: (root: string) => editRecord(root, inspections, 'eastvale-2016', { fieldwork_end: date }),
    says: [
      `${inspections} › eastvale-2016 › fieldwork_end: must be a real date or time. Allowed: Last day of fieldwork.`,
    ],
  })),
  {
    name: 'a date in a correction that no calendar has, by the description of its field',
    spoil: (root) =>
      addRecords(root, corrected, correct('inspection', 'eastvale-2016', { fieldwork_end: '2016-02-30' })),
    says: [
      `${corrected} › eastvale-2016 › set.fieldwork_end: must be a real date or time. Allowed: Last day of fieldwork.`,
    ],
  },
  {
    name: 'a month that is none',
    spoil: (root) =>
      editRecord(root, '1.0.0/added/programmes.yaml', 'young-carers-2016', { ended_in: '2017-13' }),
    says: [
      '1.0.0/added/programmes.yaml › young-carers-2016 › ended_in: is malformed. Allowed: Month of the last fieldwork, YYYY-MM. Pattern: ^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$',
    ],
  },
]

const texts: readonly Mistake[] = [
  {
    name: 'a summary of 401 characters',
    spoil: edit({ summary: 'x'.repeat(401) }),
    says: [`${warden} › summary: is longer than 400 characters`],
  },
  {
    name: 'a summary of 401 characters outside the basic plane',
    spoil: edit({ summary: '🚸'.repeat(401) }),
    says: [`${warden} › summary: is longer than 400 characters`],
  },
  {
    name: 'a semicolon in a label, because CSV joins labels with it',
    spoil: (root) => editRecord(root, agencies, 'canal-wardens', { label: 'Wardens; canals' }),
    says: [`${agencies} › canal-wardens › label: ${textRule}, nor a semicolon`],
  },
  ...[
    ['begins with =', '=SUM(A1)'],
    ['begins with +', '+1'],
    ['begins with -', '-1'],
    ['begins with @', '@cell'],
    ['begins with a space', ' text'],
    ['begins with a tab', '\ttext'],
    ['begins with a no-break space', '\u00a0text'],
    ['begins with CR', '\rtext'],
    ['is empty', ''],
    ['holds a line break', 'two\nlines'],
    ['ends with a line break', 'a line\n'],
    ['holds a tab', 'two\tcells'],
    ['holds NUL', 'a\0b'],
    ['holds DEL', 'a\u007fb'],
    ['holds a control character of Latin-1', 'a\u0085b'],
    ['holds a line separator', 'a\u2028b'],
    ['holds a paragraph separator', 'a\u2029b'],
  ].map(([name, note]) => ({
    name: `text that ${name}`,
    spoil: edit({ note }),
    says: [`${warden} › note: ${textRule}`],
  })),
  {
    name: 'text that holds half of a character',
    spoil: (root) => {
      const file = readFileSync(join(root, findings), 'utf8')
      writeFile(root, findings, file.replace('note: null', 'note: "a \\ud83d b"'))
    },
    says: [`${warden} › note: ${textRule}`],
  },
]

function correct(entity: string, id: string, set: Readonly<Record<string, unknown>>) {
  return { entity, id, reason: 'It was wrong.', set }
}

await testMistakes(t, [...files, ...fields, ...dates, ...texts])
