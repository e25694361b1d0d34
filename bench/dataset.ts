// Releases of as many invented findings as asked for, under the real code lists: node bench/dataset.ts <findings> <folder>
// writes them as release folders, 1.0.0 with all of them and 1.0.1 that corrects one in a hundred.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { buildReleases, type Release } from '../src/dataset/build.ts'
import { hashFolder } from '../src/dataset/read.ts'
import { entities, fileStems, type RecordOf } from '../src/dataset/records.ts'
import { writeSeals } from '../src/dataset/seals.ts'
import type { Snapshot } from '../src/dataset/snapshot.ts'
import { kinds } from '../src/lib/vocabulary.ts'

type Finding = RecordOf<'finding'>

/** Stands in about half of the summaries, and in about one of 5,000. */
export const [commonWord, rareWord] = ['children', 'lighthouse']

/** Numbers from 0 to 1, the same on every machine (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const syllables = 'ba ce di fo gu la me ni po ru sa te vi wo zu bra cle dri flo gru'.split(' ')
const words = syllables.flatMap((a) => syllables.flatMap((b) => syllables.map((c) => a + b + c)))

/** Invented findings, valid under the code lists of a snapshot; the same ones for the same seed. */
export function* inventFindings(snapshot: Snapshot, count: number, seed = 1): Generator<Finding> {
  const random = randomFrom(seed)
  const chance = (share: number) => random() < share
  const upTo = (most: number) => 1 + Math.floor(random() * most)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const some = <T>(values: readonly T[]): T[] => [
    ...new Set(Array.from({ length: upTo(3) }, () => pick(values))),
  ]

  const inspections = [...snapshot.inspection.values()]
  const agencies = [...snapshot.agency.keys()]
  const themes = [...snapshot.theme.keys()]
  const publications = [...snapshot.publication.values()]
  const national = publications.filter(
    ({ published_on, inspection }) => published_on !== null && inspection === null,
  )
  const pageOf = (id: string) => snapshot.publication.get(id)?.pages ?? null
  // Few words are frequent and most are not, as in a language.
  const word = () => words[Math.floor(words.length * random() ** 3)] ?? ''
  const phrase = (length: number) => Array.from({ length }, word).join(' ')

  for (let number = 1; number <= count; number += 1) {
    const inspection = chance(0.03) ? null : pick(inspections)
    const publication = inspection?.letter ?? pick(national).id
    const basis = chance(0.9) ? 'stated' : 'reported'
    const evidence = (id: string, relation: Finding['basis']) => {
      const pages = pageOf(id)
      return {
        publication: id,
        relation,
        page: pages === null ? null : upTo(pages),
        heading: chance(0.2) ? phrase(2) : null,
        item: chance(0.5) ? upTo(20) : null,
      }
    }
    const special = [chance(0.5) ? commonWord : '', chance(0.0002) ? rareWord : ''].filter(Boolean)
    yield {
      id: `${inspection?.id ?? 'overview-2017'}-${String(number).padStart(7, '0')}`,
      programme: inspection?.programme ?? [...snapshot.programme.keys()][0] ?? '',
      inspection: inspection?.id ?? null,
      publication,
      kind: pick(kinds),
      section: pick(inspection === null ? (['report', 'statement'] as const) : letterSections),
      basis,
      summary: [phrase(4 + upTo(20)), ...special, `${word()}.`].join(' '),
      note: chance(0.05) ? `${phrase(8)}.` : null,
      agencies: some(agencies),
      themes: some(themes),
      evidence: [
        evidence(publication, basis),
        ...(chance(0.1) ? [evidence(pick(publications).id, 'reported')] : []),
      ],
    }
  }
}

const letterSections = [
  'summary',
  'key_strengths',
  'areas_for_improvement',
  'case_study',
  'next_steps',
] as const

/** The newest real release, whose code lists every invented one has. */
export function newestRelease(): Release {
  const release = buildReleases().at(-1)
  if (release === undefined) throw new Error('there is no release')
  return release
}

const findingsPerFile = 1_000

/** Writes 1.0.0 and 1.0.1 into a folder, which is emptied before, and seals them. */
export function writeReleases(root: string, count: number): void {
  rmSync(root, { recursive: true, force: true })
  const write = (file: string, value: unknown) => {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), stringify(value))
  }
  const { file, snapshot } = newestRelease()
  const { coded_on } = file
  const notes = 'Invented findings, to measure with.'
  write('1.0.0/release.yaml', { version: '1.0.0', released_at: '2027-01-01T00:00:00Z', coded_on, notes })
  for (const entity of entities.filter((one) => one !== 'finding'))
    write(`1.0.0/added/${fileStems[entity]}.yaml`, [...snapshot[entity].values()])
  const corrected: unknown[] = []
  let some: Finding[] = []
  let part = 1
  const flush = () => {
    write(`1.0.0/added/findings-${String(part).padStart(4, '0')}.yaml`, some)
    some = []
    part += 1
  }
  for (const finding of inventFindings(snapshot, count)) {
    some.push(finding)
    if (some.length === findingsPerFile) flush()
    // Every hundredth, wherever it stands.
    if (finding.id.endsWith('50')) {
      const set = { summary: finding.summary.replace(/\.$/, ' again.') }
      corrected.push({ entity: 'finding', id: finding.id, reason: 'Its text was not complete.', set })
    }
  }
  if (some.length > 0) flush()
  write('1.0.1/release.yaml', { version: '1.0.1', released_at: '2027-02-01T00:00:00Z', coded_on, notes })
  write('1.0.1/corrected.yaml', corrected)
  writeSeals(root, new Map(['1.0.0', '1.0.1'].map((version) => [version, hashFolder(join(root, version))])))
}

if (import.meta.main) {
  const [findings = '', folder = ''] = process.argv.slice(2)
  if (!/^[1-9][0-9]*$/.test(findings) || folder === '')
    throw new Error('Usage: node bench/dataset.ts <findings> <folder>')
  writeReleases(folder, Number(findings))
}
