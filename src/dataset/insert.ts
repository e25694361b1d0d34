// Writes one release: every row of its snapshot, the orders of its findings, its change events, its files.
import { join } from 'node:path'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { DB } from '../db/types.gen.ts'
import { searchText } from '../lib/search-text.ts'
import type { Release } from './build.ts'
import { type CompleteFinding, type Content, compare } from './content.ts'
import type { ChangeEvent } from './events.ts'
import type { MadeFile } from './files/make.ts'
import { readPieces } from './files/pieces.ts'
import type { Snapshot } from './snapshot.ts'

export async function insertRelease(
  trx: Transaction<DB>,
  release_id: number,
  release: Release,
  { snapshot, findings, sha256 }: Content,
): Promise<void> {
  await trx
    .insertInto('release')
    .values({
      id: release_id,
      version: release.file.version,
      released_at: release.file.released_at,
      coded_on: release.file.coded_on,
      notes: release.file.notes,
      folder_sha256: release.folderSha256,
      content_sha256: sha256,
    })
    .execute()
  const insert = inserter(trx, release_id)

  await insert('programme', numbered(snapshot.programme.values()))
  await insert('inspectorate', numbered(snapshot.inspectorate.values()))
  await insert('area', numbered(snapshot.area.values()))
  await insert(
    'publication',
    numbered(snapshot.publication.values()).map(({ inspection, ...row }) => ({
      ...row,
      inspection_id: inspection,
    })),
  )
  await insert('agency', numbered(snapshot.agency.values()))
  await insert('theme', numbered(snapshot.theme.values()))
  const inspections = numbered(snapshot.inspection.values())
  await insert(
    'inspection',
    inspections.map(({ programme, area, letter, inspectorates, response_contributors, ...row }) => ({
      ...row,
      programme_id: programme,
      area_id: area,
      letter_id: letter,
    })),
  )
  await insert(
    'inspection_inspectorate',
    inspections.flatMap(({ id, inspectorates }) =>
      inspectorates.map((code, at) => ({ inspection_id: id, inspectorate_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'inspection_response_contributor',
    inspections.flatMap(({ id, response_contributors }) =>
      response_contributors.map((code, at) => ({ inspection_id: id, agency_id: code, position: at + 1 })),
    ),
  )
  await insertFindings(insert, snapshot, findings)
}

/** Writes what the publication of a release adds to the change feed. */
export async function insertChanges(
  trx: Transaction<DB>,
  release_id: number,
  events: readonly ChangeEvent[],
): Promise<void> {
  const last = await trx
    .selectFrom('change')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  const first = (last?.seq ?? 0) + 1
  await inserter(trx, release_id)(
    'change',
    events.values().map((event, index) => ({
      seq: first + index,
      type: event.type,
      entity: event.entity,
      entity_id: event.id,
      inspection_id: event.inspection,
      reason: event.reason,
      replaced_by: event.replaced_by,
      changed_fields: event.changed_fields,
      before: event.before,
      after: event.after,
    })),
  )
}

/** Writes the files that were made in a folder, each in parts. */
export async function insertFiles(
  trx: Transaction<DB>,
  release_id: number,
  folder: string,
  files: readonly MadeFile[],
): Promise<void> {
  const insert = inserter(trx, release_id)
  await insert('release_file', numbered(files))
  for (const { name } of files) {
    let part = 0
    for (const content of readPieces(join(folder, name))) {
      await trx.insertInto('release_file_part').values({ release_id, name, part, content }).execute()
      part += 1
    }
  }
}

const numbered = <T>(records: Iterable<T>): (T & { position: number })[] =>
  [...records].map((record, index) => ({ ...record, position: index + 1 }))

type Insert = ReturnType<typeof inserter>
type Row<T extends keyof DB> = { readonly [C in Exclude<keyof DB[T], 'release_id'>]?: unknown }

const rowsPerStatement = 1_000

/**
 * Rows go as one JSON text a statement, far fewer parameters for PostgreSQL to read. `computed` tells how it
 * makes a column of what stands under its name in `source`, the JSON of a row.
 */
function inserter(trx: Transaction<DB>, release_id: number) {
  return async <T extends keyof DB & string>(
    table: T,
    rows: Iterable<Row<T>>,
    computed: Readonly<Record<string, RawBuilder<unknown>>> = {},
  ): Promise<void> => {
    for (const some of inBatches(rows, rowsPerStatement)) {
      const columns = ['release_id', ...Object.keys(some[0] ?? {})]
      const values = columns.map((column) => computed[column] ?? sql.ref(`plain.${column}`))
      const json = JSON.stringify(some.map((row) => ({ release_id, ...row })))
      await sql`
        INSERT INTO ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
        SELECT ${sql.join(values)}
        FROM jsonb_array_elements(${json}::jsonb) AS source,
          jsonb_populate_record(NULL::${sql.table(table)}, source - ${Object.keys(computed)}::text[]) AS plain`.execute(
        trx,
      )
    }
  }
}

function* inBatches<T>(values: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = []
  for (const value of values) {
    some.push(value)
    if (some.length < size) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

async function insertFindings(
  insert: Insert,
  snapshot: Snapshot,
  findings: readonly CompleteFinding[],
): Promise<void> {
  const ranks = (order: typeof findings) => new Map(order.map(({ id }, index) => [id, index + 1]))
  const byId = ranks(findings.toSorted((a, b) => compare(a.id, b.id)))
  const oldestFirst = ranks(
    findings.toSorted((a, b) => compare(a.published_on, b.published_on) || compare(a.id, b.id)),
  )
  const labelsOf = ({ agencies, themes }: CompleteFinding) => [
    ...agencies.map((code) => snapshot.agency.get(code)?.label ?? ''),
    ...themes.map((code) => snapshot.theme.get(code)?.label ?? ''),
  ]
  await insert(
    'finding',
    findings.values().map((finding, index) => ({
      id: finding.id,
      position: index + 1,
      position_oldest_first: oldestFirst.get(finding.id),
      position_by_id: byId.get(finding.id),
      programme_id: finding.programme,
      scope: finding.scope,
      inspection_id: finding.inspection,
      area_id: finding.area,
      publication_id: finding.publication,
      published_on: finding.published_on,
      kind: finding.kind,
      section: finding.section,
      basis: finding.basis,
      summary: finding.summary,
      note: finding.note,
      tsv: { summary: searchText(finding.summary), labels: searchText(labelsOf(finding).join('. ')) },
    })),
    {
      tsv: sql`setweight(to_tsvector('english', source->'tsv'->>'summary'), 'A')
        || setweight(to_tsvector('english', source->'tsv'->>'labels'), 'B')`,
    },
  )
  await insert(
    'finding_agency',
    findings
      .values()
      .flatMap(({ id, agencies }) =>
        agencies.map((code, at) => ({ finding_id: id, agency_id: code, position: at + 1 })),
      ),
  )
  await insert(
    'finding_theme',
    findings
      .values()
      .flatMap(({ id, themes }) =>
        themes.map((code, at) => ({ finding_id: id, theme_id: code, position: at + 1 })),
      ),
  )
  await insert(
    'evidence',
    findings.values().flatMap(({ id, evidence }) =>
      evidence.map(({ publication, relation, page, heading, item }, at) => ({
        finding_id: id,
        position: at + 1,
        publication_id: publication,
        relation,
        page,
        heading,
        item,
      })),
    ),
  )
}
