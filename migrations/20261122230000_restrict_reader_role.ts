// What PostgreSQL lets every role do beyond reading: the role the API serves as can do none of it.
import { type Kysely, sql } from 'kysely'

// Of the functions of the catalogue only a superuser can take rights away; for others this is a warning.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
DO $$
DECLARE
  writer regprocedure;
BEGIN
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  FOR writer IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_export', 'lo_open', 'lo_put',
        'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite', 'pg_logical_emit_message')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', writer);
  END LOOP;
END
$$;
`.execute(db)
  await sql`
DO $$
BEGIN
  ALTER ROLE jtai_reader SET default_transaction_read_only = on;
  ALTER ROLE jtai_reader SET statement_timeout = '5s';
  ALTER ROLE jtai_reader SET idle_in_transaction_session_timeout = '5s';
EXCEPTION
  WHEN insufficient_privilege THEN NULL; -- the role is another's to change; the sessions of the API set the same
  WHEN OTHERS THEN
    IF SQLERRM NOT LIKE 'tuple concurrently updated%' THEN RAISE; END IF; -- another database of this cluster does it just now
END
$$;
`.execute(db)
}

// The settings of the role belong to the cluster, and other databases may use them: they stay.
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
DO $$
DECLARE
  writer regprocedure;
BEGIN
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
  FOR writer IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lo_truncate', 'lo_truncate64',
        'lo_unlink', 'lowrite', 'pg_logical_emit_message')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', writer);
  END LOOP;
END
$$;
`.execute(db)
}
