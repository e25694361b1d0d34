// How many findings each record has, by kind: what the code lists and documents say of themselves.
import type { Counts } from '../lib/answers.schema.ts'
import type { Kind } from '../lib/vocabulary.ts'
import type { Release } from './catalogue.ts'
import type { Reader } from './client.ts'
import type { Register } from './register.ts'
import { columnKeys, type Keys, linkKeys } from './register-keys.ts'

type CountsById = ReadonlyMap<string | null, Counts>

export const noFindings: Counts = { total: 0, strength: 0, area_for_improvement: 0, context: 0 }

/** Counts by the value of one column of the finding; null is the key of national findings. */
export const countByColumn = (
  register: Register,
  column: 'area' | 'inspection' | 'publication',
): CountsById => countByKey(register, columnKeys(register.columns[column]))

/**
 * Counts by agency or theme; a broader code counts the findings of its narrower ones too, each once.
 * `above` pairs every code with itself and with each code above it.
 */
export const countByCode = (
  register: Register,
  dimension: 'agency' | 'theme',
  above: readonly { code: string; id: string }[],
): CountsById => countByKey(register, linkKeys(register[dimension], above))

/** Counts of all findings of a release. */
export const countAll = (register: Register): Counts =>
  countByKey(
    register,
    columnKeys(register.columns.kind, () => null),
  ).get(null) ?? noFindings

function countByKey({ size, columns: { kind } }: Register, { keys, read }: Keys): CountsById {
  const width = kind.values.length + 1
  const counted = new Uint32Array(keys.length * width)
  const found = new Uint16Array(keys.length)
  for (let at = 0; at < size; at += 1) {
    for (let left = read(at, found); left > 0; left -= 1) {
      const cell = (found[left - 1] ?? 0) * width + (kind.of[at] ?? 0)
      counted[cell] = (counted[cell] ?? 0) + 1
    }
  }
  return new Map(
    keys.map((key, row) => [
      key,
      countsOf((one) => counted[row * width + kind.values.indexOf(one) + 1] ?? 0),
    ]),
  )
}

function countsOf(count: (kind: Kind) => number): Counts {
  const [strength, area_for_improvement, context] = [
    count('strength'),
    count('area_for_improvement'),
    count('context'),
  ]
  return { total: strength + area_for_improvement + context, strength, area_for_improvement, context }
}

// A release is one object for as long as it is the same.
const countedReleases = new WeakMap<Release, Counts>()

/** Counts by release, of the releases asked for; of each counted once. */
export async function countByRelease(
  db: Reader,
  releases: readonly Release[],
): Promise<ReadonlyMap<Release, Counts>> {
  const unknown = releases.filter((release) => !countedReleases.has(release))
  if (unknown.length > 0) {
    const rows = await db
      .selectFrom('finding')
      .select(['release_id', 'kind'])
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(
        'release_id',
        'in',
        unknown.map(({ id }) => id),
      )
      .groupBy(['release_id', 'kind'])
      .execute()
    for (const release of unknown) {
      const counts = countsOf(
        (kind) => rows.find((row) => row.release_id === release.id && row.kind === kind)?.count ?? 0,
      )
      countedReleases.set(release, counts)
    }
  }
  return new Map(releases.map((release) => [release, countedReleases.get(release) ?? noFindings]))
}
