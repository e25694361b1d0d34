// Reads the register of a release, once: a release never changes.
import { type Expression, sql } from 'kysely'
import { bases, kinds, scopes, sections } from '../lib/vocabulary.ts'
import type { Reader } from './client.ts'
import { bytesOf, type Column, type ColumnName, columnNames, type Links, type Register } from './register.ts'
import { rememberByEdition } from './remember.ts'

type List = readonly { readonly id: string }[]

/** A release and its code lists. */
interface Source {
  readonly release: { readonly id: number }
  readonly codes: Readonly<
    Record<'areas' | 'inspections' | 'programmes' | 'publications' | 'agencies' | 'themes', List>
  >
}

// 256 MB hold several releases of a million findings, and thousands of a thousand.
const remembered = rememberByEdition<Register>({
  bytes: 256_000_000,
  entryBytes: 256_000_000,
  sizeOf: bytesOf,
})

export const loadRegister = (db: Reader, source: Source): Promise<Register> =>
  remembered(source, '', () => readRegister(db, source))

/** Findings read by one query. */
const sliceSize = 20_000

async function readRegister(db: Reader, { release, codes }: Source): Promise<Register> {
  const { size } = await db
    .selectFrom('finding')
    .select((eb) => eb.fn.countAll<number>().as('size'))
    .where('release_id', '=', release.id)
    .executeTakeFirstOrThrow()
  const column = (values: readonly string[]): Column => ({ values, of: new Uint16Array(size) })
  const columns: Register['columns'] = {
    area: column(idsOf(codes.areas)),
    inspection: column(idsOf(codes.inspections)),
    programme: column(idsOf(codes.programmes)),
    publication: column(idsOf(codes.publications)),
    kind: column(kinds),
    section: column(sections),
    basis: column(bases),
    scope: column(scopes),
  }
  const publishedOn = new Int32Array(size)
  const orders = { position_oldest_first: new Uint32Array(size), position_by_id: new Uint32Array(size) }
  const links = { agency: collectLinks(size), theme: collectLinks(size) }

  for (let done = 0, after = ''; done < size; ) {
    const { ids, position, oldest_first, day, ...slice } = await readFindings(db, release.id, columns, after)
    const last = ids.at(-1) ?? ''
    const [agencies, themes] = await Promise.all([
      readLinks(db, 'agency', idsOf(codes.agencies), release.id, after, last),
      readLinks(db, 'theme', idsOf(codes.themes), release.id, after, last),
    ])
    const places = new Map(ids.map((id, at) => [id, (position[at] ?? 0) - 1]))
    links.agency.add(agencies, places)
    links.theme.add(themes, places)
    for (const [at, one] of position.entries()) {
      for (const name of columnNames) columns[name].of[one - 1] = slice[name][at] ?? 0
      publishedOn[one - 1] = day[at] ?? 0
      orders.position_by_id[done + at] = one
      orders.position_oldest_first[(oldest_first[at] ?? 0) - 1] = one
    }
    after = last
    done += ids.length
  }
  return {
    size,
    columns,
    publishedOn,
    orders,
    agency: links.agency.finish(idsOf(codes.agencies)),
    theme: links.theme.finish(idsOf(codes.themes)),
  }
}

const idsOf = (list: List): string[] => list.map(({ id }) => id)

interface Slice extends Readonly<Record<ColumnName, readonly (number | null)[]>> {
  readonly ids: readonly string[]
  readonly position: readonly number[]
  readonly oldest_first: readonly number[]
  readonly day: readonly number[]
}

/** The findings that follow an identifier, field by field: of the ways to read very many the fastest. */
async function readFindings(
  db: Reader,
  releaseId: number,
  columns: Register['columns'],
  after: string,
): Promise<Slice> {
  const found = db
    .selectFrom('finding')
    .select(['id', 'position', 'position_oldest_first', 'published_on', 'area_id as area'])
    .select(['inspection_id as inspection', 'programme_id as programme', 'publication_id as publication'])
    .select(['kind', 'section', 'basis', 'scope'])
    .where('release_id', '=', releaseId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(sliceSize)
  const listOf = <T>(value: Expression<unknown>) => sql<readonly T[]>`json_agg(${value} ORDER BY id)`
  const codesOf = (name: ColumnName) =>
    listOf<number | null>(sql`array_position(${columns[name].values}::text[], ${sql.ref(name)}::text)`)
  return await db
    .selectFrom(found.as('found'))
    .select((eb) => [
      listOf<string>(eb.ref('id')).as('ids'),
      listOf<number>(eb.ref('position')).as('position'),
      listOf<number>(eb.ref('position_oldest_first')).as('oldest_first'),
      listOf<number>(sql`published_on - DATE '1970-01-01'`).as('day'),
    ])
    .select(columnNames.map((name) => codesOf(name).as(name)))
    .having((eb) => eb(eb.fn.countAll(), '>', 0))
    .executeTakeFirstOrThrow()
}

interface LinkRows {
  readonly ids: readonly string[]
  readonly codes: readonly number[]
}

/** The codes of the findings between two identifiers. */
async function readLinks(
  db: Reader,
  dimension: 'agency' | 'theme',
  values: readonly string[],
  releaseId: number,
  after: string,
  last: string,
): Promise<LinkRows> {
  const links =
    dimension === 'agency'
      ? db.selectFrom('finding_agency').select(['release_id', 'finding_id', 'agency_id as code'])
      : db.selectFrom('finding_theme').select(['release_id', 'finding_id', 'theme_id as code'])
  return await db
    .selectFrom(links.as('link'))
    .select([
      sql<string[]>`coalesce(json_agg(finding_id), '[]')`.as('ids'),
      sql<number[]>`coalesce(json_agg(array_position(${values}::text[], code::text)), '[]')`.as('codes'),
    ])
    .where('release_id', '=', releaseId)
    .where('finding_id', '>', after)
    .where('finding_id', '<=', last)
    .executeTakeFirstOrThrow()
}

/** Takes the codes of findings in any order and gives them by position. */
function collectLinks(size: number) {
  const starts = new Uint32Array(size + 1)
  const parts: { readonly places: Uint32Array; readonly codes: Uint16Array }[] = []
  return {
    add: ({ ids, codes }: LinkRows, places: ReadonlyMap<string, number>): void => {
      const part = {
        places: Uint32Array.from(ids, (id) => places.get(id) ?? 0),
        codes: Uint16Array.from(codes),
      }
      for (const place of part.places) starts[place + 1] = (starts[place + 1] ?? 0) + 1
      parts.push(part)
    },
    finish: (values: readonly string[]): Links => {
      for (let at = 0; at < size; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0)
      const free = starts.slice()
      const codes = new Uint16Array(starts[size] ?? 0)
      for (const part of parts) {
        for (const [at, place] of part.places.entries()) {
          const slot = free[place] ?? 0
          codes[slot] = part.codes[at] ?? 0
          free[place] = slot + 1
        }
      }
      return { values, starts, codes }
    },
  }
}
