// Reads change events of the releases up to one: after a number, or before one, newest first.
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { invalidParameters, type ParameterError } from '../../errors.ts'
import { suggest } from '../../lib/suggest.ts'
import type { ChangeEvent, ChangeFilters } from './changes.schema.ts'

const paths: Readonly<Record<ChangeEvent['entity'], string | null>> = {
  programme: null,
  inspectorate: null,
  area: 'areas',
  publication: 'publications',
  agency: 'agencies',
  theme: 'themes',
  inspection: 'inspections',
  finding: 'findings',
}

/** Events with a number above `after`, oldest first. */
export async function listChanges(
  db: Reader,
  edition: Edition,
  filters: ChangeFilters,
  { after, most }: { readonly after: number; readonly most: number },
  publicUrl: string,
): Promise<ChangeEvent[]> {
  const rows = await selectChanges(db, edition, filters)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(most)
    .execute()
  return rows.map((row) => present(row, publicUrl))
}

/** Events with a number below `before`, newest first. */
export async function listLatestChanges(
  db: Reader,
  edition: Edition,
  filters: ChangeFilters,
  { before, most }: { readonly before: number; readonly most: number },
  publicUrl: string,
): Promise<ChangeEvent[]> {
  const rows = await selectChanges(db, edition, filters)
    .where('seq', '<', before)
    .orderBy('seq', 'desc')
    .limit(most)
    .execute()
  return rows.map((row) => present(row, publicUrl))
}

/** How many events follow a number. */
export async function countChanges(
  db: Reader,
  edition: Edition,
  filters: ChangeFilters,
  after: number,
): Promise<number> {
  const { total } = await matchChanges(db, edition, filters)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('seq', '>', after)
    .executeTakeFirstOrThrow()
  return total
}

/** The number of the last event of a release; 0 where there is none. */
export async function lastSeq(db: Reader, { release }: Edition): Promise<number> {
  const row = await db
    .selectFrom('change')
    .select('seq')
    .where('release_id', '<=', release.id)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** Throws the 400 for an inspection no release up to this one ever had. */
export async function checkInspections(db: Reader, { release, codes }: Edition, ids: readonly string[] = []) {
  const current = codes.inspections.map(({ id }) => id)
  if (ids.every((id) => current.includes(id))) return
  const rows = await db
    .selectFrom('change')
    .select('inspection_id as id')
    .distinct()
    .where('inspection_id', 'is not', null)
    .where('release_id', '<=', release.id)
    .execute()
  const allowed = [...new Set([...current, ...rows.flatMap(({ id }) => id ?? [])])]
  const errors = ids
    .filter((id) => !allowed.includes(id))
    .map((id): ParameterError => {
      const detail = `There is no inspection ${id}.`
      return { parameter: 'inspection', detail, allowed, did_you_mean: suggest(id, allowed) }
    })
  if (errors.length > 0) throw invalidParameters(errors)
}

const matchChanges = (db: Reader, { release }: Edition, { entity, inspection, type }: ChangeFilters) =>
  db
    .selectFrom('change')
    .where('change.release_id', '<=', release.id)
    .$if(entity !== undefined, (qb) => qb.where('entity', 'in', entity ?? []))
    .$if(inspection !== undefined, (qb) => qb.where('inspection_id', 'in', inspection ?? []))
    .$if(type !== undefined, (qb) => qb.where('type', 'in', type ?? []))

const selectChanges = (db: Reader, edition: Edition, filters: ChangeFilters) =>
  matchChanges(db, edition, filters)
    .innerJoin('release', 'release.id', 'change.release_id')
    .select(['seq', 'type', 'entity', 'entity_id as id', 'inspection_id as inspection'])
    .select(['release.version as release', 'release.released_at', 'reason', 'replaced_by'])
    .select(['changed_fields', 'before', 'after'])

type Row = Awaited<ReturnType<ReturnType<typeof selectChanges>['executeTakeFirstOrThrow']>>

function present({ before, after, ...row }: Row, publicUrl: string): ChangeEvent {
  const path = paths[row.entity]
  return {
    ...row,
    before: fieldsOf(before),
    after: fieldsOf(after),
    url: path === null ? null : `${publicUrl}/v1/releases/${row.release}/${path}/${row.id}`,
  }
}

const fieldsOf = (value: unknown): ChangeEvent['before'] =>
  typeof value === 'object' && value !== null ? { ...value } : null
