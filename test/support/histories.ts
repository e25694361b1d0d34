// Random histories: releases after those of the invented world, each as valid folders that add, correct, withdraw, restore.
import fc from 'fast-check'
import { type AnyRecord, type Entity, fileStems, type RecordOf } from '../../src/dataset/records.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import { snapshotOf } from './oracle.ts'
import { addRecords, addRelease, sealReleases } from './releases.ts'

interface Action {
  readonly act: keyof typeof acts
  /** Which of the records there are. */
  readonly pick: number
}
/** Actions by release; those that are not possible when their turn comes are left out. */
export type History = readonly (readonly Action[])[]

interface World {
  readonly snapshot: Snapshot
  readonly gone: Map<string, { readonly entity: Entity; readonly record: AnyRecord }>
  /** Records that this release has changed or needs. */
  readonly touched: Set<string>
  readonly folder: Folder
  /** Counts up with every action, so that each text and identifier is new. */
  readonly serial: number
}

interface Folder {
  readonly added: { readonly entity: Entity; readonly record: AnyRecord }[]
  readonly corrected: { readonly entity: Entity; readonly id: string; readonly set: object }[]
  readonly withdrawn: { readonly entity: Entity; readonly id: string; readonly replaced_by: string | null }[]
  readonly restored: { readonly entity: Entity; readonly id: string }[]
}

const keyOf = (entity: Entity, { id }: { readonly id: string }) => `${entity} ${id}`
const isFree = ({ touched }: World, entity: Entity, record: AnyRecord) => !touched.has(keyOf(entity, record))

/** One of the records that this release has not changed yet and that qualify. */
function choose<E extends Entity>(
  world: World,
  entity: E,
  pick: number,
  qualifies: (record: RecordOf<E>) => boolean = () => true,
): RecordOf<E> | undefined {
  const free = [...world.snapshot[entity].values()].filter(
    (one) => isFree(world, entity, one) && qualifies(one),
  )
  return free[pick % free.length]
}

function add<E extends Entity>({ snapshot, touched, folder }: World, entity: E, record: RecordOf<E>): void {
  snapshot[entity].set(record.id, record)
  touched.add(keyOf(entity, record))
  folder.added.push({ entity, record })
}

function correct<E extends Entity>(
  { snapshot, touched, folder }: World,
  entity: E,
  record: RecordOf<E> | undefined,
  set: Partial<RecordOf<E>>,
): void {
  if (record === undefined) return
  snapshot[entity].set(record.id, { ...record, ...set })
  touched.add(keyOf(entity, record))
  folder.corrected.push({ entity, id: record.id, set })
}

function withdraw<E extends Entity>(
  { snapshot, touched, folder, gone }: World,
  entity: E,
  record: RecordOf<E> | undefined,
  replaced_by: string | null = null,
): void {
  if (record === undefined) return
  snapshot[entity].delete(record.id)
  touched.add(keyOf(entity, record))
  gone.set(keyOf(entity, record), { entity, record })
  folder.withdrawn.push({ entity, id: record.id, replaced_by })
}

function restore<E extends Entity>(
  { snapshot, touched, folder, gone }: World,
  entity: E,
  record: RecordOf<E>,
): void {
  snapshot[entity].set(record.id, record)
  touched.add(keyOf(entity, record))
  gone.delete(keyOf(entity, record))
  folder.restored.push({ entity, id: record.id })
}

const isFinding = (record: AnyRecord): record is RecordOf<'finding'> => 'evidence' in record
const isPublication = (record: AnyRecord): record is RecordOf<'publication'> => 'publisher' in record
const isCode = (record: AnyRecord): record is RecordOf<'agency'> => 'broader' in record

const stands = ({ snapshot }: World, finding: RecordOf<'finding'>): boolean =>
  (finding.inspection === null || snapshot.inspection.has(finding.inspection)) &&
  snapshot.publication.has(finding.publication) &&
  finding.evidence.every(({ publication }) => snapshot.publication.has(publication)) &&
  finding.agencies.every((id) => snapshot.agency.has(id)) &&
  finding.themes.every((id) => snapshot.theme.has(id))

function isUsed({ snapshot }: World, entity: 'agency' | 'theme', id: string): boolean {
  const field = entity === 'agency' ? 'agencies' : 'themes'
  const inspections = entity === 'agency' ? [...snapshot.inspection.values()] : []
  return (
    [...snapshot.finding.values()].some((one) => one[field].includes(id)) ||
    [...snapshot[entity].values()].some(({ broader }) => broader === id) ||
    inspections.some((one) => one.response_lead === id || one.response_contributors.includes(id))
  )
}

const isCited = ({ snapshot }: World, id: string): boolean =>
  [...snapshot.finding.values()].some(
    (one) => one.publication === id || one.evidence.some(({ publication }) => publication === id),
  ) ||
  [...snapshot.inspection.values()].some(({ letter }) => letter === id) ||
  [...snapshot.programme.values()].some(({ overview_report }) => overview_report === id)

// An area of its own with one inspection, its letter and a finding: what can be withdrawn and restored as a whole.
const isle = (serial: number) => `isle-${serial}`
const isIsle = ({ id }: { readonly id: string }) => id.startsWith('isle-')

function islesGone({ gone, touched }: World): string[] {
  return [...gone.values()].flatMap(({ entity, record }) =>
    entity === 'area' && isIsle(record) && !touched.has(keyOf(entity, record)) ? [record.id] : [],
  )
}

const acts = {
  addFinding: (world, pick) => {
    const { serial, snapshot } = world
    const pattern = [...snapshot.finding.values()].filter((one) => stands(world, one))[
      pick % snapshot.finding.size
    ]
    if (pattern === undefined) return
    const id = pattern.id.replace(/\d+$/, String(5000 + serial))
    add(world, 'finding', { ...pattern, id, summary: `It says “${serial}” & <more>.` })
  },
  addTheme: (world, pick) => {
    const broader = pick % 2 === 0 ? null : 'travel'
    const text = `Theme ${world.serial}`
    add(world, 'theme', {
      id: `theme-${world.serial}`,
      label: text,
      definition: `${text} ]]> & others.`,
      broader,
    })
  },
  addIsle: (world) => {
    const { serial } = world
    const area = world.snapshot.area.get('eastvale')
    const letter = world.snapshot.publication.get('letter-eastvale-2016')
    const inspection = world.snapshot.inspection.get('eastvale-2016')
    const finding = world.snapshot.finding.get('eastvale-2016-001')
    if (!area || !letter || !inspection || !finding) return
    const id = isle(serial)
    const gss_code = `E98${String(serial).padStart(6, '0')}`
    add(world, 'area', { ...area, id, name: `Isle ${serial}`, gss_code })
    const about = `${id}-2016`
    add(world, 'publication', { ...letter, id: `letter-${about}`, inspection: about })
    add(world, 'inspection', { ...inspection, id: about, area: id, letter: `letter-${about}` })
    const evidence = finding.evidence.slice(0, 1).map((one) => ({ ...one, publication: `letter-${about}` }))
    add(world, 'finding', {
      ...finding,
      id: `${about}-001`,
      inspection: about,
      publication: `letter-${about}`,
      evidence,
    })
  },
  correctFinding: (world, pick) => {
    const codes = [...world.snapshot.theme.keys()]
    const note = `Noted ${world.serial} times.`
    const themes = [codes[pick % codes.length] ?? 'travel']
    const finding = choose(world, 'finding', pick)
    const isSame = finding?.themes.join() === themes.join()
    correct(world, 'finding', finding, pick % 3 === 0 || isSame ? { note } : { note, themes })
    for (const id of themes) world.touched.add(`theme ${id}`)
  },
  correctAddress: (world, pick) =>
    correct(world, 'publication', choose(world, 'publication', pick), {
      url: `https://moved.example/${world.serial}?a=1&b=2`,
    }),
  correctDate: (world, pick) => {
    const published_on = `2016-${String((world.serial % 12) + 1).padStart(2, '0')}-17`
    const free = choose(
      world,
      'publication',
      pick,
      (one) => !one.id.startsWith('letter-') && one.published_on !== published_on,
    )
    correct(world, 'publication', free, { published_on })
  },
  correctRegion: (world, pick) => {
    const { serial } = world
    const region_gss_code = `E12${String(serial).padStart(6, '0')}`
    const set = { region: `region-${serial}`, region_name: `Region ${serial}`, region_gss_code }
    correct(world, 'area', choose(world, 'area', pick), set)
  },
  correctInspection: (world, pick) =>
    correct(world, 'inspection', choose(world, 'inspection', pick), {
      health_bodies_named: [`Trust ${world.serial}`],
    }),
  correctInspectorate: (world, pick) =>
    correct(world, 'inspectorate', choose(world, 'inspectorate', pick), {
      note: `Now number ${world.serial}.`,
    }),
  correctProgramme: (world, pick) =>
    correct(world, 'programme', choose(world, 'programme', pick), {
      facts: [`Fact ${world.serial}.`, 'Another.'],
    }),
  correctAgency: (world, pick) =>
    correct(world, 'agency', choose(world, 'agency', pick), { label: `Agency ${world.serial}` }),
  moveTheme: (world, pick) => {
    const theme = choose(
      world,
      'theme',
      pick,
      ({ id, broader }) => id.startsWith('theme-') && broader === null,
    )
    correct(world, 'theme', theme, { broader: 'planning' })
  },
  withdrawFinding: (world, pick) => {
    const finding = choose(world, 'finding', pick)
    const other =
      pick % 2 === 0 ? undefined : choose(world, 'finding', pick + 1, ({ id }) => id !== finding?.id)
    withdraw(world, 'finding', finding, other?.id)
    if (finding && other) world.touched.add(keyOf('finding', other))
  },
  withdrawTheme: (world, pick) =>
    withdraw(
      world,
      'theme',
      choose(world, 'theme', pick, ({ id }) => !isUsed(world, 'theme', id)),
    ),
  withdrawPublication: (world, pick) =>
    withdraw(
      world,
      'publication',
      choose(world, 'publication', pick, (one) => !isCited(world, one.id)),
    ),
  withdrawIsle: (world, pick) => {
    const area = choose(world, 'area', pick, isIsle)
    const { inspection, publication, finding } = world.snapshot
    const about = inspection.get(`${area?.id}-2016`)
    const letter = publication.get(`letter-${about?.id}`)
    const findings = [...finding.values()].filter((one) => one.inspection === about?.id)
    if (!area || !about || !letter || ![about].every((one) => isFree(world, 'inspection', one))) return
    if (!isFree(world, 'publication', letter) || !findings.every((one) => isFree(world, 'finding', one)))
      return
    withdraw(world, 'area', area)
    withdraw(world, 'inspection', about)
    withdraw(world, 'publication', letter)
    for (const one of findings) withdraw(world, 'finding', one)
  },
  restoreIsle: (world, pick) => {
    const gone = islesGone(world)
    const id = gone[pick % gone.length]
    const of = [`area ${id}`, `publication letter-${id}-2016`, `inspection ${id}-2016`]
    if (id === undefined || of.some((key) => world.touched.has(key))) return
    for (const key of of) {
      const one = world.gone.get(key)
      if (one !== undefined) restore(world, one.entity, one.record)
    }
  },
  restoreFinding: (world, pick) => {
    const gone = [...world.gone.values()].flatMap(({ entity, record }) =>
      isFinding(record) && isFree(world, entity, record) && stands(world, record) ? [record] : [],
    )
    const finding = gone[pick % gone.length]
    if (finding === undefined) return
    restore(world, 'finding', finding)
    for (const id of finding.themes) world.touched.add(`theme ${id}`)
  },
  restorePublication: (world, pick) => {
    const gone = [...world.gone.values()].flatMap(({ entity, record }) =>
      isPublication(record) && record.inspection === null && isFree(world, entity, record) ? [record] : [],
    )
    const publication = gone[pick % gone.length]
    if (publication !== undefined) restore(world, 'publication', publication)
  },
  restoreTheme: (world, pick) => {
    const gone = [...world.gone.values()].flatMap(({ entity, record }) =>
      isCode(record) && isFree(world, entity, record) && world.snapshot.theme.has(record.broader ?? 'travel')
        ? [record]
        : [],
    )
    const theme = gone[pick % gone.length]
    if (theme !== undefined) restore(world, 'theme', theme)
  },
} as const satisfies Readonly<Record<string, (world: World, pick: number) => void>>

const names = Object.keys(acts).filter((name): name is keyof typeof acts => name in acts)

// Each needs another one before it.
const oftener = ['withdrawFinding', 'addIsle', 'withdrawIsle', 'restoreIsle', 'restoreFinding'] as const

/** As many releases as asked at most, with a few changes each. */
export const histories = (releases: number): fc.Arbitrary<History> =>
  fc.array(
    fc.array(fc.record({ act: fc.constantFrom(...names, ...oftener), pick: fc.nat({ max: 1_000 }) }), {
      minLength: 1,
      maxLength: 9,
    }),
    { minLength: 1, maxLength: releases },
  )

/** Writes the folders of a history after those that are there, and seals them; gives their versions. */
export function writeHistory(root: string, history: History): string[] {
  const start = snapshotOf()
  const snapshot = {
    programme: new Map(start.programme),
    inspectorate: new Map(start.inspectorate),
    area: new Map(start.area),
    publication: new Map(start.publication),
    agency: new Map(start.agency),
    theme: new Map(start.theme),
    inspection: new Map(start.inspection),
    finding: new Map(start.finding),
  }
  const gone: World['gone'] = new Map()
  let version = '1.1.0'
  let serial = 1
  return history.map((actions, index) => {
    const folder: Folder = { added: [], corrected: [], withdrawn: [], restored: [] }
    const touched = new Set<string>()
    for (const { act, pick } of actions) {
      acts[act]({ snapshot, gone, touched, folder, serial }, pick)
      serial += 1
    }
    const count =
      folder.added.length + folder.corrected.length + folder.withdrawn.length + folder.restored.length
    if (count === 0) acts.addFinding({ snapshot, gone, touched, folder, serial }, 0)
    serial += 1
    version = nextVersion(version, folder)
    writeFolder(root, version, index, folder)
    return version
  })
}

function nextVersion(version: string, { added, corrected, withdrawn, restored }: Folder): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const isBreaking =
    withdrawn.some(({ entity }) => entity === 'theme') || corrected.some(({ set }) => 'broader' in set)
  if (isBreaking) return `${major + 1}.0.0`
  return added.length + withdrawn.length + restored.length > 0
    ? `${major}.${minor + 1}.0`
    : `${major}.${minor}.${patch + 1}`
}

function writeFolder(root: string, version: string, index: number, folder: Folder): void {
  const day = new Date(Date.UTC(2022, 0, 1 + index)).toISOString().replace('.000', '')
  addRelease(root, version, { released_at: day })
  for (const { entity, record } of folder.added)
    addRecords(root, `${version}/added/${fileStems[entity]}.yaml`, { ...record })
  const why = (id: string) => ({ reason: `Why ${id}: "it" was <wrong> & that's it ]]>.` })
  for (const one of folder.corrected)
    addRecords(root, `${version}/corrected.yaml`, { ...one, ...why(one.id) })
  for (const one of folder.withdrawn)
    addRecords(root, `${version}/withdrawn.yaml`, { ...one, ...why(one.id) })
  for (const one of folder.restored) addRecords(root, `${version}/restored.yaml`, { ...one, ...why(one.id) })
  sealReleases(root)
}
