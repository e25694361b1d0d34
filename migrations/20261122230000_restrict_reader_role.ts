// What PostgreSQL lets every role do beyond reading: the role the API serves as can do none of it.
import { type Kysely, sql } from 'kysely'

/**
 * Functions that write, end the sessions of others, or hold the locks that migrations and publications take. Of the
 * catalogue only a superuser can take rights away; for others this is a warning.
 */
const taken = sql`
  SELECT oid FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace
    AND (proname ~ '^pg_(try_)?advisory_'
      OR proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lo_truncate', 'lo_truncate64',
        'lo_unlink', 'lowrite', 'pg_logical_emit_message', 'pg_cancel_backend', 'pg_terminate_backend'))`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
DO $$
DECLARE
  one regprocedure;
  owner regrole := (SELECT datdba FROM pg_database WHERE datname = current_database());
BEGIN
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  FOR one IN ${taken} LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s, CURRENT_USER', one, owner);
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
  one regprocedure;
BEGIN
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
  FOR one IN ${taken} LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', one);
  END LOOP;
END
$$;
`.execute(db)
}
