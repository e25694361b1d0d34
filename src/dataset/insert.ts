// Writes one release: every row of its snapshot, the orders of its findings, its change events, its files.
import { join } from 'node:path'
import { type InsertObject, sql, type Transaction } from 'kysely'
import type { DB } from '../db/types.gen.ts'
import { searchText } from '../lib/search-text.ts'
import type { Release } from './build.ts'
import { compare, contentSha256, orderedFindings } from './content.ts'
import type { ChangeEvent } from './events.ts'
import type { MadeFile } from './files/make.ts'
import { readPieces } from './files/pieces.ts'
import type { Snapshot } from './snapshot.ts'

export async function insertRelease(
  trx: Transaction<DB>,
  release_id: number,
  release: Release,
): Promise<void> {
  const { snapshot } = release
  await trx
    .insertInto('release')
    .values({
      id: release_id,
      version: release.file.version,
      released_at: release.file.released_at,
      coded_on: release.file.coded_on,
      notes: release.file.notes,
      folder_sha256: release.folderSha256,
      content_sha256: contentSha256(snapshot),
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
  await insertFindings(insert, snapshot)
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
    events.map((event, index) => ({
      seq: first + index,
      type: event.type,
      entity: event.entity,
      entity_id: event.id,
      inspection_id: event.inspection,
      reason: event.reason,
      replaced_by: event.replaced_by,
      changed_fields: [...event.changed_fields],
      before: event.before === null ? null : JSON.stringify(event.before),
      after: event.after === null ? null : JSON.stringify(event.after),
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
      await insert('release_file_part', [{ name, part, content }])
      part += 1
    }
  }
}

const numbered = <T>(records: Iterable<T>): (T & { position: number })[] =>
  [...records].map((record, index) => ({ ...record, position: index + 1 }))

type Insert = ReturnType<typeof inserter>
type Rows<T extends keyof DB> = readonly Omit<InsertObject<DB, T>, 'release_id'>[]

// PostgreSQL takes 65,535 parameters a statement; no table here has more than 20 columns.
const rowsPerStatement = 1_000

function inserter(trx: Transaction<DB>, release_id: number) {
  return async <T extends keyof DB>(table: T, rows: Rows<T>): Promise<void> => {
    for (let start = 0; start < rows.length; start += rowsPerStatement) {
      const values = rows.slice(start, start + rowsPerStatement).map((row) => ({ ...row, release_id }))
      await trx
        .insertInto(table)
        .values(values as never)
        .execute()
    }
  }
}

async function insertFindings(insert: Insert, snapshot: Snapshot): Promise<void> {
  const findings = numbered(orderedFindings(snapshot))
  const ranks = (order: typeof findings) => new Map(order.map((finding, index) => [finding.id, index + 1]))
  const byId = ranks(findings.toSorted((a, b) => compare(a.id, b.id)))
  const oldestFirst = ranks(
    findings.toSorted((a, b) => compare(a.published_on, b.published_on) || compare(a.id, b.id)),
  )
  await insert(
    'finding',
    findings.map((finding) => ({
      id: finding.id,
      position: finding.position,
      position_oldest_first: oldestFirst.get(finding.id) ?? 0,
      position_by_id: byId.get(finding.id) ?? 0,
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
      tsv: searchVector(finding.summary, [
        ...finding.agencies.map((code) => snapshot.agency.get(code)?.label ?? ''),
        ...finding.themes.map((code) => snapshot.theme.get(code)?.label ?? ''),
      ]),
    })),
  )
  await insert(
    'finding_agency',
    findings.flatMap(({ id, agencies }) =>
      agencies.map((code, at) => ({ finding_id: id, agency_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'finding_theme',
    findings.flatMap(({ id, themes }) =>
      themes.map((code, at) => ({ finding_id: id, theme_id: code, position: at + 1 })),
    ),
  )
  await insert(
    'evidence',
    findings.flatMap(({ id, evidence }) =>
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

const searchVector = (summary: string, labels: readonly string[]) => sql<string>`
  setweight(to_tsvector('english', ${searchText(summary)}), 'A')
    || setweight(to_tsvector('english', ${searchText(labels.join('. '))}), 'B')`
