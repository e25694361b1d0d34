// Brings the schema up or down, and says whether a database has it. Migrations live in /migrations.
import { promises as fs } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { FileMigrationProvider, type MigrationResultSet, Migrator } from 'kysely/migration'
import type { Owner, Reader } from './client.ts'

const migrationFolder = path.join(import.meta.dirname, '../../migrations')

function migrator(db: Owner): Migrator {
  return new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) })
}

/** Runs every migration the database lacks; returns their names. Safe beside another one. */
export async function migrateUp(db: Owner): Promise<string[]> {
  return names(await migrator(db).migrateToLatest())
}

/** Undoes the latest migration; returns its name, or nothing when there is none left. */
export async function migrateDown(db: Owner): Promise<string[]> {
  return names(await migrator(db).migrateDown())
}

function names({ error, results }: MigrationResultSet): string[] {
  if (error !== undefined) throw error
  return (results ?? []).map((result) => result.migrationName)
}

/** The migrations a database lacks; read-only, so it can be asked as the serving role. */
export async function missingMigrations(db: Reader): Promise<string[]> {
  const files = (await fs.readdir(migrationFolder)).map((file) => path.basename(file, '.ts')).sort()
  const table = await db
    .selectNoFrom(sql<boolean>`to_regclass('public.kysely_migration') IS NOT NULL`.as('found'))
    .executeTakeFirstOrThrow()
  if (!table.found) return files
  const rows = await db
    .selectFrom(sql<{ name: string }>`kysely_migration`.as('migration'))
    .select('name')
    .execute()
  const done = new Set(rows.map((row) => row.name))
  return files.filter((name) => !done.has(name))
}
