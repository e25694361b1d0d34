// The role the API serves as: it can read this database and do nothing else.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jtai_reader') THEN
    CREATE ROLE jtai_reader NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this cluster made it at the same moment
END
$$;
GRANT USAGE ON SCHEMA public TO jtai_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO jtai_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO jtai_reader;
`.execute(db)
}

// Roles belong to the cluster, and other databases may use this one: it stays, without a right in this database.
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM jtai_reader;
REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM jtai_reader;
REVOKE USAGE ON SCHEMA public FROM jtai_reader;
`.execute(db)
}
