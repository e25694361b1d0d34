// A release far larger than any real one, made by SQL alone: for what only shows when an answer is long.
import { sql, type Transaction } from 'kysely'
import type { Owner } from '../../src/db/client.ts'
import type { DB } from '../../src/db/types.gen.ts'

// Every list but the findings, in an order that no foreign key objects to.
const lists = [
  ...[
    'release_file',
    'release_file_part',
    'programme',
    'inspectorate',
    'area',
    'publication',
    'agency',
    'theme',
    'inspection',
  ],
  ...['inspection_inspectorate', 'inspection_response_contributor'],
]

const details = {
  finding_agency: ['agency_id', 'position'],
  finding_theme: ['theme_id', 'position'],
  evidence: ['position', 'publication_id', 'relation', 'page', 'heading', 'item'],
}

/**
 * Publishes `version`: the code lists of the newest release, and as many findings as asked, each one of its findings
 * under a new identifier and with a text of its own that does not compress to nothing.
 */
export async function growRelease(owner: Owner, findings: number, version = '9.0.0'): Promise<void> {
  await owner.transaction().execute(async (trx) => {
    // Each row copies one whose references hold, so they need no second look: this takes most of the time away.
    await sql`SET LOCAL session_replication_role = replica`.execute(trx)
    const {
      rows: [ids],
    } = await sql<{ source: number; target: number }>`
      INSERT INTO release
      SELECT id + 1, ${version}, released_at + interval '1 day', coded_on, 'A large release.', folder_sha256, content_sha256
      FROM release ORDER BY id DESC LIMIT 1
      RETURNING id - 1 AS source, id AS target`.execute(trx)
    if (ids === undefined) throw new Error('there is no release to grow')
    for (const table of lists) await copyRows(trx, table, ids)
    await addFindings(trx, findings, ids)
    for (const [table, columns] of Object.entries(details)) await addDetails(trx, table, columns, ids)
  })
  await sql`ANALYZE`.execute(owner)
}

interface Ids {
  readonly source: number
  readonly target: number
}

async function copyRows(trx: Transaction<DB>, table: string, { source, target }: Ids): Promise<void> {
  await sql`
    INSERT INTO ${sql.table(table)}
    SELECT copy.* FROM ${sql.table(table)} t
    CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('release_id', ${target}::int)) copy
    WHERE t.release_id = ${source}`.execute(trx)
}

async function addFindings(trx: Transaction<DB>, findings: number, { source, target }: Ids): Promise<void> {
  await sql`
    CREATE TEMPORARY TABLE grown ON COMMIT DROP AS
    SELECT n, f.id AS pattern, (regexp_replace(f.id, '[0-9]+$', '') || lpad(n::text, 7, '0')) COLLATE "C" AS id
    FROM generate_series(1, ${findings}::int) n
    JOIN finding f ON f.release_id = ${source}
      AND f.position = 1 + n % (SELECT count(*) FROM finding WHERE release_id = ${source})`.execute(trx)
  await sql`
    INSERT INTO finding (release_id, id, position, position_oldest_first, position_by_id, programme_id, scope,
      inspection_id, area_id, publication_id, published_on, kind, section, basis, summary, note, tsv)
    SELECT ${target}, grown.id,
      row_number() OVER (ORDER BY published_on DESC, grown.id),
      row_number() OVER (ORDER BY published_on, grown.id),
      row_number() OVER (ORDER BY grown.id),
      programme_id, scope, inspection_id, area_id, publication_id, published_on, kind, section, basis,
      left(summary, 200) || ' ' || md5(n::text) || md5((-n)::text), note, tsv
    FROM grown JOIN finding f ON f.release_id = ${source} AND f.id = grown.pattern`.execute(trx)
}

async function addDetails(
  trx: Transaction<DB>,
  table: string,
  columns: readonly string[],
  { source, target }: Ids,
) {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`
    INSERT INTO ${sql.table(table)} (release_id, finding_id, ${names})
    SELECT ${target}, grown.id, ${names}
    FROM ${sql.table(table)} JOIN grown ON grown.pattern = finding_id WHERE release_id = ${source}`.execute(
    trx,
  )
}

/** The identifiers of the newest release in the default order. */
export async function listIds(owner: Owner): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM finding WHERE release_id = (SELECT max(id) FROM release) ORDER BY published_on DESC, id`.execute(
    owner,
  )
  return rows.map(({ id }) => id)
}
