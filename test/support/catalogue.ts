// The schema of a test database as PostgreSQL's own catalogue describes it; without the tables of the migrator.
import { sql } from 'kysely'
import type { Owner } from '../../src/db/client.ts'

export interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly collation: string | null
  readonly required: boolean
  readonly comment: string | null
}

export interface Constraint {
  readonly table: string
  readonly name: string
  /** p primary key, u unique, f foreign key, c check, n not null. */
  readonly type: string
  readonly definition: string
}

export interface Table {
  readonly name: string
  readonly comment: string | null
  readonly rights: string | null
}

const ours = sql`n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname NOT LIKE 'kysely\\_%'`
const fromClass = sql`pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`

export async function listTables(db: Owner): Promise<Table[]> {
  const { rows } = await sql<Table>`
    SELECT relname AS name, obj_description(c.oid, 'pg_class') AS comment, relacl::text AS rights
    FROM ${fromClass} WHERE ${ours} ORDER BY relname`.execute(db)
  return rows
}

export async function listColumns(db: Owner): Promise<Column[]> {
  const { rows } = await sql<Column>`
    SELECT c.relname AS table, attname AS name, format_type(atttypid, atttypmod) AS type,
      (SELECT collname FROM pg_collation o WHERE o.oid = attcollation) AS collation,
      attnotnull AS required, col_description(c.oid, attnum) AS comment
    FROM pg_attribute a JOIN ${fromClass} ON c.oid = attrelid
    WHERE ${ours} AND attnum > 0 AND NOT attisdropped ORDER BY c.relname, attnum`.execute(db)
  return rows
}

export async function listConstraints(db: Owner): Promise<Constraint[]> {
  const { rows } = await sql<Constraint>`
    SELECT c.relname AS table, conname AS name, contype AS type, pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k JOIN ${fromClass} ON c.oid = conrelid
    WHERE ${ours} ORDER BY c.relname, conname`.execute(db)
  return rows
}

export async function listIndexes(db: Owner): Promise<string[]> {
  const { rows } = await sql<{ definition: string }>`
    SELECT pg_get_indexdef(indexrelid) AS definition
    FROM pg_index JOIN ${fromClass} ON c.oid = indrelid WHERE ${ours} ORDER BY 1`.execute(db)
  return rows.map((row) => row.definition)
}

/** Whatever else a migration may leave: functions, types of its own, extensions, rights given in advance. */
export async function listOthers(db: Owner): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT 'function ' || p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE n.nspname = 'public'
    UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL SELECT 'default rights ' || defaclacl::text FROM pg_default_acl
    UNION ALL SELECT 'schema rights ' || nspacl::text FROM pg_namespace
      WHERE nspname = 'public' AND nspacl::text LIKE '%jtai%'
    ORDER BY 1`.execute(db)
  return rows.map((row) => row.name)
}

export async function describeSchema(db: Owner) {
  const [tables, columns, constraints] = [
    await listTables(db),
    await listColumns(db),
    await listConstraints(db),
  ]
  return { tables, columns, constraints, indexes: await listIndexes(db), others: await listOthers(db) }
}
