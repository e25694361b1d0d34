// The ready-made files of each release, and the change feed as its readers see it.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
CREATE TABLE release_file (
  release_id integer NOT NULL CONSTRAINT release_file_release_fk REFERENCES release,
  name text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  description text NOT NULL,
  bytes integer NOT NULL CONSTRAINT release_file_bytes_check CHECK (bytes > 0),
  sha256 text COLLATE "C" NOT NULL CONSTRAINT release_file_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT release_file_pk PRIMARY KEY (release_id, name),
  CONSTRAINT release_file_position_key UNIQUE (release_id, position)
);
COMMENT ON TABLE release_file IS 'A file of a release, made once when it was published.';
COMMENT ON COLUMN release_file.release_id IS 'The release it holds.';
COMMENT ON COLUMN release_file.name IS 'File name, for example findings.csv.';
COMMENT ON COLUMN release_file.position IS 'Order in the list of files, from 1.';
COMMENT ON COLUMN release_file.media_type IS 'Media type, with parameters where it has some.';
COMMENT ON COLUMN release_file.description IS 'What it holds, in one sentence.';
COMMENT ON COLUMN release_file.bytes IS 'Length in bytes.';
COMMENT ON COLUMN release_file.sha256 IS 'SHA-256 of the bytes.';

CREATE TABLE release_file_part (
  release_id integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  part integer NOT NULL,
  content bytea NOT NULL CONSTRAINT release_file_part_content_check CHECK (length(content) BETWEEN 1 AND 262144),
  CONSTRAINT release_file_part_pk PRIMARY KEY (release_id, name, part),
  CONSTRAINT release_file_part_file_fk FOREIGN KEY (release_id, name) REFERENCES release_file
);
COMMENT ON TABLE release_file_part IS 'The bytes of a file: every part but the last holds 262,144 of them.';
COMMENT ON COLUMN release_file_part.release_id IS 'The release.';
COMMENT ON COLUMN release_file_part.name IS 'The file.';
COMMENT ON COLUMN release_file_part.part IS 'Counts up from 0.';
COMMENT ON COLUMN release_file_part.content IS 'The bytes.';

-- Events follow from the release folders. The next db:seed writes them again, with the same numbers, as they are now told.
DELETE FROM change;
ALTER TABLE change
  ADD COLUMN inspection_id text COLLATE "C",
  DROP CONSTRAINT change_type_check,
  DROP CONSTRAINT change_before_check,
  ADD CONSTRAINT change_type_check CHECK (type IN ('created', 'corrected', 'withdrawn', 'restored')),
  ADD CONSTRAINT change_before_check CHECK ((type IN ('created', 'restored')) = (before IS NULL));
CREATE INDEX change_inspection_idx ON change (inspection_id, seq);
COMMENT ON COLUMN change.type IS 'created, corrected, withdrawn or restored.';
COMMENT ON COLUMN change.inspection_id IS 'The inspection the record is about; null where it is about none or several.';
COMMENT ON COLUMN change.reason IS 'Why; null for a new record.';
COMMENT ON COLUMN change.before IS 'The record before, complete; null for a new or restored record.';
COMMENT ON COLUMN change.after IS 'The record after, complete; null for a withdrawn one.';
`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
DELETE FROM change WHERE type = 'restored';
DROP INDEX change_inspection_idx;
ALTER TABLE change
  DROP COLUMN inspection_id,
  DROP CONSTRAINT change_type_check,
  DROP CONSTRAINT change_before_check,
  ADD CONSTRAINT change_type_check CHECK (type IN ('created', 'corrected', 'withdrawn')),
  ADD CONSTRAINT change_before_check CHECK ((type = 'created') = (before IS NULL));
DROP TABLE release_file_part, release_file;
`.execute(db)
}
