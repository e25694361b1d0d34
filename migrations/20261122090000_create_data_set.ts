// The whole data set: every content table carries release_id, so a release is a full, immutable snapshot.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE release (
  id integer CONSTRAINT release_pk PRIMARY KEY,
  version text COLLATE "C" NOT NULL CONSTRAINT release_version_key UNIQUE
    CONSTRAINT release_version_check CHECK (version ~ '^(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)[.](0|[1-9][0-9]*)$'),
  released_at timestamptz NOT NULL CONSTRAINT release_released_at_key UNIQUE,
  coded_on date NOT NULL,
  notes text NOT NULL,
  folder_sha256 text COLLATE "C" NOT NULL CONSTRAINT release_folder_sha256_check CHECK (folder_sha256 ~ '^[0-9a-f]{64}$'),
  content_sha256 text COLLATE "C" NOT NULL CONSTRAINT release_content_sha256_check CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
  CONSTRAINT release_id_check CHECK (id > 0)
);
COMMENT ON TABLE release IS 'An immutable numbered version of the whole data set. The current release is the highest.';
COMMENT ON COLUMN release.id IS 'Counts up from 1 in the order of publication; the key every content table carries.';
COMMENT ON COLUMN release.version IS 'Semantic version of the data, for example 1.0.0.';
COMMENT ON COLUMN release.released_at IS 'When the release was made, UTC; rises with the version.';
COMMENT ON COLUMN release.coded_on IS 'The day the coding of this release was finished.';
COMMENT ON COLUMN release.notes IS 'What changed, in one paragraph for readers.';
COMMENT ON COLUMN release.folder_sha256 IS 'SHA-256 of the release folder it was published from; a published folder never changes.';
COMMENT ON COLUMN release.content_sha256 IS 'SHA-256 of the whole content in canonical JSON (RFC 8785); the same wherever the release is published.';

CREATE TABLE programme (
  release_id integer NOT NULL CONSTRAINT programme_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  theme text NOT NULL,
  started_in text COLLATE "C" NOT NULL CONSTRAINT programme_started_in_check CHECK (started_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  ended_in text COLLATE "C" NOT NULL CONSTRAINT programme_ended_in_check CHECK (ended_in ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  legal_basis text NOT NULL,
  announced_on date,
  overview_report text COLLATE "C",
  facts text[] NOT NULL,
  CONSTRAINT programme_pk PRIMARY KEY (release_id, id),
  CONSTRAINT programme_position_key UNIQUE (release_id, position),
  CONSTRAINT programme_months_check CHECK (started_in <= ended_in)
);
COMMENT ON TABLE programme IS 'A themed round of joint targeted area inspections.';
COMMENT ON COLUMN programme.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN programme.id IS 'Identifier, for ever, for example domestic-abuse-2016.';
COMMENT ON COLUMN programme.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN programme.name IS 'Name for people.';
COMMENT ON COLUMN programme.theme IS 'The subject inspected in depth.';
COMMENT ON COLUMN programme.started_in IS 'Month of the first fieldwork, YYYY-MM.';
COMMENT ON COLUMN programme.ended_in IS 'Month of the last fieldwork, YYYY-MM.';
COMMENT ON COLUMN programme.legal_basis IS 'Statute and regulations the inspections rest on.';
COMMENT ON COLUMN programme.announced_on IS 'Day the theme was announced; null where unknown.';
COMMENT ON COLUMN programme.overview_report IS 'Publication that sums up the round; null until there is one.';
COMMENT ON COLUMN programme.facts IS 'Facts a reader must know about the round, one sentence or two each.';

CREATE TABLE inspectorate (
  release_id integer NOT NULL CONSTRAINT inspectorate_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  note text,
  CONSTRAINT inspectorate_pk PRIMARY KEY (release_id, id),
  CONSTRAINT inspectorate_position_key UNIQUE (release_id, position)
);
COMMENT ON TABLE inspectorate IS 'A body that carries out the inspections.';
COMMENT ON COLUMN inspectorate.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN inspectorate.id IS 'Identifier, for ever, for example ofsted.';
COMMENT ON COLUMN inspectorate.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN inspectorate.name IS 'Name at the time of the inspections.';
COMMENT ON COLUMN inspectorate.note IS 'Full name or later name; null where there is nothing to add.';

CREATE TABLE area (
  release_id integer NOT NULL CONSTRAINT area_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  local_authority text NOT NULL,
  gss_code text COLLATE "C" NOT NULL,
  authority_type text COLLATE "C" NOT NULL CONSTRAINT area_authority_type_check
    CHECK (authority_type IN ('county', 'london_borough', 'metropolitan_district', 'unitary_authority')),
  region text COLLATE "C" NOT NULL,
  region_name text NOT NULL,
  region_gss_code text COLLATE "C" NOT NULL,
  police_force text NOT NULL,
  police_force_area_gss_code text COLLATE "C" NOT NULL,
  ofsted_urn text COLLATE "C" NOT NULL,
  CONSTRAINT area_pk PRIMARY KEY (release_id, id),
  CONSTRAINT area_position_key UNIQUE (release_id, position),
  CONSTRAINT area_gss_code_key UNIQUE (release_id, gss_code)
);
COMMENT ON TABLE area IS 'A local authority area that was inspected.';
COMMENT ON COLUMN area.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN area.id IS 'Identifier, for ever, for example salford.';
COMMENT ON COLUMN area.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN area.name IS 'Short name.';
COMMENT ON COLUMN area.local_authority IS 'Name of the council.';
COMMENT ON COLUMN area.gss_code IS 'ONS code of the local authority at the time of the inspection.';
COMMENT ON COLUMN area.authority_type IS 'Kind of local authority.';
COMMENT ON COLUMN area.region IS 'Slug of the English region.';
COMMENT ON COLUMN area.region_name IS 'Name of the English region.';
COMMENT ON COLUMN area.region_gss_code IS 'ONS code of the English region.';
COMMENT ON COLUMN area.police_force IS 'Territorial police force at the time.';
COMMENT ON COLUMN area.police_force_area_gss_code IS 'ONS code of the police force area.';
COMMENT ON COLUMN area.ofsted_urn IS 'Ofsted unique reference number of the local authority.';

CREATE TABLE publication (
  release_id integer NOT NULL CONSTRAINT publication_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  type text COLLATE "C" NOT NULL CONSTRAINT publication_type_check
    CHECK (type IN ('inspection_letter', 'overview_report', 'guidance', 'announcement', 'inspectorate_blog', 'news_article')),
  title text NOT NULL,
  publisher text NOT NULL,
  published_on date,
  url text COLLATE "C" NOT NULL CONSTRAINT publication_url_check CHECK (url ~ '^https?://'),
  pages integer CONSTRAINT publication_pages_check CHECK (pages > 0),
  sha256 text COLLATE "C" CONSTRAINT publication_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  licence text COLLATE "C",
  inspection_id text COLLATE "C",
  note text,
  CONSTRAINT publication_pk PRIMARY KEY (release_id, id),
  CONSTRAINT publication_position_key UNIQUE (release_id, position)
);
COMMENT ON TABLE publication IS 'A dated document that findings are read in or that reports them.';
COMMENT ON COLUMN publication.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN publication.id IS 'Identifier, for ever, for example letter-salford-2016.';
COMMENT ON COLUMN publication.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN publication.type IS 'What kind of document it is.';
COMMENT ON COLUMN publication.title IS 'Title as printed.';
COMMENT ON COLUMN publication.publisher IS 'Who published it.';
COMMENT ON COLUMN publication.published_on IS 'Day of publication; null where the copy read carries none.';
COMMENT ON COLUMN publication.url IS 'Address of the document.';
COMMENT ON COLUMN publication.pages IS 'Number of pages; null where it has none or they are unknown.';
COMMENT ON COLUMN publication.sha256 IS 'SHA-256 of the file read; null where no file was read.';
COMMENT ON COLUMN publication.licence IS 'SPDX identifier of its licence; null where unknown.';
COMMENT ON COLUMN publication.inspection_id IS 'The one inspection it is about; null where it is about several.';
COMMENT ON COLUMN publication.note IS 'What a reader must know of the copy read; null where nothing.';

CREATE TABLE agency (
  release_id integer NOT NULL CONSTRAINT agency_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  label text NOT NULL,
  definition text NOT NULL,
  broader text COLLATE "C",
  CONSTRAINT agency_pk PRIMARY KEY (release_id, id),
  CONSTRAINT agency_position_key UNIQUE (release_id, position),
  CONSTRAINT agency_broader_fk FOREIGN KEY (release_id, broader) REFERENCES agency DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE agency IS 'Code list of agencies.';
COMMENT ON COLUMN agency.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN agency.id IS 'Code, for ever, for example health-visiting.';
COMMENT ON COLUMN agency.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN agency.label IS 'Name for people.';
COMMENT ON COLUMN agency.definition IS 'What the code covers.';
COMMENT ON COLUMN agency.broader IS 'The broader code it belongs to; null for a top code.';

CREATE TABLE theme (
  release_id integer NOT NULL CONSTRAINT theme_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  label text NOT NULL,
  definition text NOT NULL,
  broader text COLLATE "C",
  CONSTRAINT theme_pk PRIMARY KEY (release_id, id),
  CONSTRAINT theme_position_key UNIQUE (release_id, position),
  CONSTRAINT theme_broader_fk FOREIGN KEY (release_id, broader) REFERENCES theme DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE theme IS 'Code list of themes.';
COMMENT ON COLUMN theme.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN theme.id IS 'Code, for ever, for example information-sharing.';
COMMENT ON COLUMN theme.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN theme.label IS 'Name for people.';
COMMENT ON COLUMN theme.definition IS 'What the code covers.';
COMMENT ON COLUMN theme.broader IS 'The broader code it belongs to; null for a top code.';

CREATE TABLE inspection (
  release_id integer NOT NULL CONSTRAINT inspection_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  programme_id text COLLATE "C" NOT NULL,
  area_id text COLLATE "C" NOT NULL,
  fieldwork_start date NOT NULL,
  fieldwork_end date NOT NULL,
  published_on date NOT NULL,
  letter_id text COLLATE "C" NOT NULL,
  response_lead text COLLATE "C",
  response_due_on date,
  safeguarding_children_board text NOT NULL,
  health_bodies_named text[] NOT NULL,
  CONSTRAINT inspection_pk PRIMARY KEY (release_id, id),
  CONSTRAINT inspection_position_key UNIQUE (release_id, position),
  CONSTRAINT inspection_programme_fk FOREIGN KEY (release_id, programme_id) REFERENCES programme,
  CONSTRAINT inspection_area_fk FOREIGN KEY (release_id, area_id) REFERENCES area,
  CONSTRAINT inspection_letter_fk FOREIGN KEY (release_id, letter_id) REFERENCES publication,
  CONSTRAINT inspection_response_lead_fk FOREIGN KEY (release_id, response_lead) REFERENCES agency,
  CONSTRAINT inspection_dates_check CHECK (fieldwork_start <= fieldwork_end AND fieldwork_end <= published_on)
);
COMMENT ON TABLE inspection IS 'One area inspected in one programme.';
COMMENT ON COLUMN inspection.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN inspection.id IS 'Identifier, for ever: area and year of fieldwork, for example salford-2016.';
COMMENT ON COLUMN inspection.position IS 'Order in the code list, from 1.';
COMMENT ON COLUMN inspection.programme_id IS 'The programme it belongs to.';
COMMENT ON COLUMN inspection.area_id IS 'The area inspected.';
COMMENT ON COLUMN inspection.fieldwork_start IS 'First day of fieldwork.';
COMMENT ON COLUMN inspection.fieldwork_end IS 'Last day of fieldwork.';
COMMENT ON COLUMN inspection.published_on IS 'Date of the letter.';
COMMENT ON COLUMN inspection.letter_id IS 'The letter with the findings.';
COMMENT ON COLUMN inspection.response_lead IS 'Agency that leads the written response; null where the letter names none.';
COMMENT ON COLUMN inspection.response_due_on IS 'Day the written response is due; null where the letter gives none.';
COMMENT ON COLUMN inspection.safeguarding_children_board IS 'The local safeguarding children board.';
COMMENT ON COLUMN inspection.health_bodies_named IS 'Health bodies the letter names, in its order.';

ALTER TABLE programme ADD CONSTRAINT programme_overview_report_fk
  FOREIGN KEY (release_id, overview_report) REFERENCES publication DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE publication ADD CONSTRAINT publication_inspection_fk
  FOREIGN KEY (release_id, inspection_id) REFERENCES inspection DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE inspection_inspectorate (
  release_id integer NOT NULL,
  inspection_id text COLLATE "C" NOT NULL,
  inspectorate_id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  CONSTRAINT inspection_inspectorate_pk PRIMARY KEY (release_id, inspection_id, inspectorate_id),
  CONSTRAINT inspection_inspectorate_inspection_fk FOREIGN KEY (release_id, inspection_id) REFERENCES inspection,
  CONSTRAINT inspection_inspectorate_inspectorate_fk FOREIGN KEY (release_id, inspectorate_id) REFERENCES inspectorate
);
COMMENT ON TABLE inspection_inspectorate IS 'Which inspectorates carried out an inspection.';
COMMENT ON COLUMN inspection_inspectorate.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN inspection_inspectorate.inspection_id IS 'The inspection.';
COMMENT ON COLUMN inspection_inspectorate.inspectorate_id IS 'The inspectorate.';
COMMENT ON COLUMN inspection_inspectorate.position IS 'Order within the inspection, from 1.';

CREATE TABLE inspection_response_contributor (
  release_id integer NOT NULL,
  inspection_id text COLLATE "C" NOT NULL,
  agency_id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  CONSTRAINT inspection_response_contributor_pk PRIMARY KEY (release_id, inspection_id, agency_id),
  CONSTRAINT inspection_response_contributor_inspection_fk FOREIGN KEY (release_id, inspection_id) REFERENCES inspection,
  CONSTRAINT inspection_response_contributor_agency_fk FOREIGN KEY (release_id, agency_id) REFERENCES agency
);
COMMENT ON TABLE inspection_response_contributor IS 'Which agencies contribute to the written response to an inspection.';
COMMENT ON COLUMN inspection_response_contributor.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN inspection_response_contributor.inspection_id IS 'The inspection.';
COMMENT ON COLUMN inspection_response_contributor.agency_id IS 'The agency that contributes.';
COMMENT ON COLUMN inspection_response_contributor.position IS 'Order within the inspection, from 1.';

CREATE TABLE finding (
  release_id integer NOT NULL CONSTRAINT finding_release_fk REFERENCES release,
  id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  position_oldest_first integer NOT NULL,
  position_by_id integer NOT NULL,
  programme_id text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL CONSTRAINT finding_scope_check CHECK (scope IN ('area', 'national')),
  inspection_id text COLLATE "C",
  area_id text COLLATE "C",
  publication_id text COLLATE "C" NOT NULL,
  published_on date NOT NULL,
  kind text COLLATE "C" NOT NULL CONSTRAINT finding_kind_check CHECK (kind IN ('strength', 'area_for_improvement', 'context')),
  section text COLLATE "C" NOT NULL CONSTRAINT finding_section_check
    CHECK (section IN ('summary', 'key_strengths', 'areas_for_improvement', 'case_study', 'next_steps', 'report', 'statement')),
  basis text COLLATE "C" NOT NULL CONSTRAINT finding_basis_check CHECK (basis IN ('stated', 'reported')),
  summary text NOT NULL CONSTRAINT finding_summary_check CHECK (length(summary) BETWEEN 1 AND 400),
  note text,
  tsv tsvector NOT NULL,
  CONSTRAINT finding_pk PRIMARY KEY (release_id, id),
  CONSTRAINT finding_position_key UNIQUE (release_id, position),
  CONSTRAINT finding_position_oldest_first_key UNIQUE (release_id, position_oldest_first),
  CONSTRAINT finding_position_by_id_key UNIQUE (release_id, position_by_id),
  CONSTRAINT finding_programme_fk FOREIGN KEY (release_id, programme_id) REFERENCES programme,
  CONSTRAINT finding_inspection_fk FOREIGN KEY (release_id, inspection_id) REFERENCES inspection,
  CONSTRAINT finding_area_fk FOREIGN KEY (release_id, area_id) REFERENCES area,
  CONSTRAINT finding_publication_fk FOREIGN KEY (release_id, publication_id) REFERENCES publication,
  CONSTRAINT finding_scope_matches_check
    CHECK ((scope = 'area') = (inspection_id IS NOT NULL) AND (scope = 'area') = (area_id IS NOT NULL))
);
COMMENT ON TABLE finding IS 'One statement of the inspectorates, in our own words, coded and traceable to its page.';
COMMENT ON COLUMN finding.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN finding.id IS 'Identifier, for ever, for example salford-2016-101.';
COMMENT ON COLUMN finding.position IS 'Rank from 1 in the default order: published_on descending, then id.';
COMMENT ON COLUMN finding.position_oldest_first IS 'Rank from 1 by published_on ascending, then id.';
COMMENT ON COLUMN finding.position_by_id IS 'Rank from 1 by id.';
COMMENT ON COLUMN finding.programme_id IS 'The programme it belongs to.';
COMMENT ON COLUMN finding.scope IS 'area: about one inspected area; national: about the round as a whole.';
COMMENT ON COLUMN finding.inspection_id IS 'The inspection; null for a national finding.';
COMMENT ON COLUMN finding.area_id IS 'The area; null for a national finding.';
COMMENT ON COLUMN finding.publication_id IS 'The document it is a finding of.';
COMMENT ON COLUMN finding.published_on IS 'Publication date of that document.';
COMMENT ON COLUMN finding.kind IS 'strength, area_for_improvement or context.';
COMMENT ON COLUMN finding.section IS 'Where it stands in the document.';
COMMENT ON COLUMN finding.basis IS 'stated: read in the inspectorates'' own text; reported: read in another publication.';
COMMENT ON COLUMN finding.summary IS 'The finding in one sentence of our own.';
COMMENT ON COLUMN finding.note IS 'What a reader must know beside it; null where nothing.';
COMMENT ON COLUMN finding.tsv IS 'English full text: summary (A), labels of agencies and themes (B).';

CREATE INDEX finding_programme_idx ON finding (release_id, programme_id, position);
CREATE INDEX finding_scope_idx ON finding (release_id, scope, position);
CREATE INDEX finding_inspection_idx ON finding (release_id, inspection_id, position);
CREATE INDEX finding_area_idx ON finding (release_id, area_id, position);
CREATE INDEX finding_publication_idx ON finding (release_id, publication_id, position);
CREATE INDEX finding_published_on_idx ON finding (release_id, published_on);
CREATE INDEX finding_kind_idx ON finding (release_id, kind, position);
CREATE INDEX finding_section_idx ON finding (release_id, section, position);
CREATE INDEX finding_basis_idx ON finding (release_id, basis, position);
CREATE INDEX finding_tsv_idx ON finding USING gin (release_id, tsv);

CREATE TABLE finding_agency (
  release_id integer NOT NULL,
  finding_id text COLLATE "C" NOT NULL,
  agency_id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  CONSTRAINT finding_agency_pk PRIMARY KEY (release_id, finding_id, agency_id),
  CONSTRAINT finding_agency_finding_fk FOREIGN KEY (release_id, finding_id) REFERENCES finding,
  CONSTRAINT finding_agency_agency_fk FOREIGN KEY (release_id, agency_id) REFERENCES agency
);
CREATE INDEX finding_agency_agency_idx ON finding_agency (release_id, agency_id, finding_id);
COMMENT ON TABLE finding_agency IS 'The agencies a finding is about.';
COMMENT ON COLUMN finding_agency.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN finding_agency.finding_id IS 'The finding.';
COMMENT ON COLUMN finding_agency.agency_id IS 'The agency.';
COMMENT ON COLUMN finding_agency.position IS 'Order within the finding, from 1.';

CREATE TABLE finding_theme (
  release_id integer NOT NULL,
  finding_id text COLLATE "C" NOT NULL,
  theme_id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  CONSTRAINT finding_theme_pk PRIMARY KEY (release_id, finding_id, theme_id),
  CONSTRAINT finding_theme_finding_fk FOREIGN KEY (release_id, finding_id) REFERENCES finding,
  CONSTRAINT finding_theme_theme_fk FOREIGN KEY (release_id, theme_id) REFERENCES theme
);
CREATE INDEX finding_theme_theme_idx ON finding_theme (release_id, theme_id, finding_id);
COMMENT ON TABLE finding_theme IS 'The themes a finding is about.';
COMMENT ON COLUMN finding_theme.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN finding_theme.finding_id IS 'The finding.';
COMMENT ON COLUMN finding_theme.theme_id IS 'The theme.';
COMMENT ON COLUMN finding_theme.position IS 'Order within the finding, from 1.';

CREATE TABLE evidence (
  release_id integer NOT NULL,
  finding_id text COLLATE "C" NOT NULL,
  position integer NOT NULL,
  publication_id text COLLATE "C" NOT NULL,
  relation text COLLATE "C" NOT NULL CONSTRAINT evidence_relation_check CHECK (relation IN ('stated', 'reported')),
  page integer CONSTRAINT evidence_page_check CHECK (page > 0),
  heading text,
  item integer CONSTRAINT evidence_item_check CHECK (item > 0),
  CONSTRAINT evidence_pk PRIMARY KEY (release_id, finding_id, position),
  CONSTRAINT evidence_finding_fk FOREIGN KEY (release_id, finding_id) REFERENCES finding,
  CONSTRAINT evidence_publication_fk FOREIGN KEY (release_id, publication_id) REFERENCES publication
);
CREATE INDEX evidence_publication_idx ON evidence (release_id, publication_id);
COMMENT ON TABLE evidence IS 'Where a finding stands: first the document it was read in, then others that repeat it.';
COMMENT ON COLUMN evidence.release_id IS 'The release this row belongs to.';
COMMENT ON COLUMN evidence.finding_id IS 'The finding.';
COMMENT ON COLUMN evidence.position IS 'Order within the finding, from 1.';
COMMENT ON COLUMN evidence.publication_id IS 'The document.';
COMMENT ON COLUMN evidence.relation IS 'stated: the inspectorates'' own text; reported: another publication says they found it.';
COMMENT ON COLUMN evidence.page IS 'Page of the document, from 1; null where it has no pages.';
COMMENT ON COLUMN evidence.heading IS 'Sub-heading it stands under; null where there is none.';
COMMENT ON COLUMN evidence.item IS 'Bullet within the section, from 1; null in running text.';

CREATE TABLE change (
  seq integer CONSTRAINT change_pk PRIMARY KEY,
  release_id integer NOT NULL CONSTRAINT change_release_fk REFERENCES release,
  type text COLLATE "C" NOT NULL CONSTRAINT change_type_check CHECK (type IN ('created', 'corrected', 'withdrawn')),
  entity text COLLATE "C" NOT NULL CONSTRAINT change_entity_check
    CHECK (entity IN ('programme', 'inspectorate', 'area', 'publication', 'agency', 'theme', 'inspection', 'finding')),
  entity_id text COLLATE "C" NOT NULL,
  reason text,
  replaced_by text COLLATE "C",
  changed_fields text[] NOT NULL,
  before jsonb,
  after jsonb,
  CONSTRAINT change_entity_key UNIQUE (release_id, entity, entity_id),
  CONSTRAINT change_reason_check CHECK ((type = 'created') = (reason IS NULL)),
  CONSTRAINT change_before_check CHECK ((type = 'created') = (before IS NULL)),
  CONSTRAINT change_after_check CHECK ((type = 'withdrawn') = (after IS NULL))
);
CREATE INDEX change_entity_idx ON change (entity, entity_id, release_id);
COMMENT ON TABLE change IS 'What each release changed, one event a record, in the order of publication.';
COMMENT ON COLUMN change.seq IS 'Counts up from 1 without a gap, given at publication.';
COMMENT ON COLUMN change.release_id IS 'The release that made the change.';
COMMENT ON COLUMN change.type IS 'created, corrected or withdrawn.';
COMMENT ON COLUMN change.entity IS 'Kind of record.';
COMMENT ON COLUMN change.entity_id IS 'Identifier of the record.';
COMMENT ON COLUMN change.reason IS 'Why it was corrected or withdrawn; null for a new record.';
COMMENT ON COLUMN change.replaced_by IS 'Record to use instead of a withdrawn one; null where there is none.';
COMMENT ON COLUMN change.changed_fields IS 'Fields that differ between before and after, in alphabetical order.';
COMMENT ON COLUMN change.before IS 'The record before; null for a new record.';
COMMENT ON COLUMN change.after IS 'The record after; null for a withdrawn one.';
`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
DROP TABLE change, evidence, finding_theme, finding_agency, finding, inspection_response_contributor,
  inspection_inspectorate, inspection, theme, agency, publication, area, inspectorate, programme, release CASCADE;
DROP EXTENSION btree_gin;
`.execute(db)
}
