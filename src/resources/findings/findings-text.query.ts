// Findings as text that the database writes, a slice in one short query: for exports as it is, for pages to be read.
import { type RawBuilder, sql } from 'kysely'
import type { FindingColumn } from '../../dataset/finding-table.ts'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { type Finding, fieldNames } from './findings.schema.ts'
import { columnsOf } from './findings.table.ts'
import type { CsvExportQuery, RecordsExportQuery } from './findings-export.schema.ts'
import { readSlices, type Slice } from './findings-slices.query.ts'

type Sql = RawBuilder<unknown>

/** The text of a slice, and how many rows it holds. */
interface Piece {
  readonly text: string
  readonly rows: number
}

type Pieces = AsyncGenerator<Piece>

/** Writes the findings as lines of CSV, less the header: what `csvLine` makes of the cells of `cellsOf`. */
export function writeCsvLines(db: Reader, edition: Edition, query: CsvExportQuery, base: string): Pieces {
  const releaseId = edition.release.id
  const cells = columnsOf(query).map((column) => csvCells(base)[column])
  const lines = (slice: Slice) => sql<{ text: string }>`
    WITH slice AS MATERIALIZED (${slice}),
      agency_list AS (${listCodes(releaseId, 'agency', joinTexts, query.layout === 'by-agency')}),
      theme_list AS (${listCodes(releaseId, 'theme', joinTexts, query.layout === 'by-theme')}),
      source AS (${readEvidence(releaseId)} AND evidence.position = 1)
    SELECT concat(${sql.join(cells, sql`, ',', `)}, ${'\r\n'}::text) AS text
    FROM slice
    LEFT JOIN area ON area.release_id = ${releaseId} AND area.id = slice.area_id
    LEFT JOIN agency_list ON agency_list.finding_id = slice.id
    LEFT JOIN theme_list ON theme_list.finding_id = slice.id
    LEFT JOIN source ON source.finding_id = slice.id
    ORDER BY slice.rank, agency_list.position, theme_list.position`
  return readSlices(db, edition, query, (slice) => readText(db, lines(slice), ''))
}

/** Writes the findings as JSON: what `JSON.stringify` makes of them, with a mark between two of a slice. */
export const writeJsonTexts = (
  db: Reader,
  edition: Edition,
  query: RecordsExportQuery,
  base: string,
  between: string,
): Pieces =>
  readSlices(db, edition, query, (slice) =>
    readText(db, selectJson(edition, slice, base, query.fields), between),
  )

/** The findings of a slice themselves. */
export async function readFindings(
  db: Reader,
  edition: Edition,
  slice: Slice,
  base: string,
): Promise<Finding[]> {
  const { text } = await readText(db, selectJson(edition, slice, base), ',')
  return JSON.parse(`[${text}]`)
}

/** A text of JSON for each finding of a slice. */
function selectJson(
  { release }: Edition,
  slice: Slice,
  base: string,
  fields: RecordsExportQuery['fields'] = fieldNames,
): RawBuilder<{ text: string }> {
  const values = fieldNames
    .filter((name) => fields.includes(name))
    .map((name) => sql`${jsonValues(base)[name]} AS ${sql.ref(name)}`)
  return sql`
    WITH slice AS MATERIALIZED (${slice}),
      agency_list AS (${listCodes(release.id, 'agency', gatherTexts)}),
      theme_list AS (${listCodes(release.id, 'theme', gatherTexts)}),
      evidence_list AS (
        SELECT finding_id, array_agg(row_to_json(shown) ORDER BY position) AS shown
        FROM (${readEvidence(release.id)}) found
        CROSS JOIN LATERAL (SELECT publication, relation, page, heading, item, url) shown
        GROUP BY finding_id
      )
    SELECT row_to_json(record)::text AS text
    FROM slice
    LEFT JOIN area ON area.release_id = ${release.id} AND area.id = slice.area_id
    LEFT JOIN agency_list ON agency_list.finding_id = slice.id
    LEFT JOIN theme_list ON theme_list.finding_id = slice.id
    LEFT JOIN evidence_list ON evidence_list.finding_id = slice.id
    CROSS JOIN LATERAL (SELECT ${sql.join(values)}) record
    ORDER BY slice.rank`
}

const readText = (db: Reader, texts: RawBuilder<{ text: string }>, between: string): Promise<Piece> =>
  db
    .selectFrom(sql<{ text: string }>`(${texts})`.as('written'))
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .select(sql<string>`coalesce(string_agg(text, ${between}), '')`.as('text'))
    .executeTakeFirstOrThrow()

const csvCells = (base: string): Readonly<Record<FindingColumn, Sql>> => ({
  id: sql`slice.id`,
  programme: sql`slice.programme_id`,
  scope: sql`slice.scope`,
  inspection: sql`slice.inspection_id`,
  area: sql`slice.area_id`,
  area_name: quote(sql`area.name`),
  gss_code: sql`area.gss_code`,
  region: sql`area.region`,
  published_on: sql`slice.published_on`,
  kind: sql`slice.kind`,
  section: sql`slice.section`,
  basis: sql`slice.basis`,
  agencies: sql`agency_list.codes`,
  agency_labels: quote(sql`agency_list.labels`),
  themes: sql`theme_list.codes`,
  theme_labels: quote(sql`theme_list.labels`),
  summary: quote(sql`slice.summary`),
  page: sql`source.page`,
  item: sql`source.item`,
  source_title: quote(sql`source.title`),
  source_url: quote(sql`source.url`),
  note: quote(sql`slice.note`),
  url: quote(addressOf(base)),
})

const jsonValues = (base: string): Readonly<Record<keyof Finding, Sql>> => ({
  id: sql`slice.id`,
  programme: sql`slice.programme_id`,
  scope: sql`slice.scope`,
  inspection: sql`slice.inspection_id`,
  area: sql`slice.area_id`,
  region: sql`area.region`,
  publication: sql`slice.publication_id`,
  published_on: sql`slice.published_on`,
  kind: sql`slice.kind`,
  section: sql`slice.section`,
  basis: sql`slice.basis`,
  summary: sql`slice.summary`,
  note: sql`slice.note`,
  agencies: sql`agency_list.codes`,
  themes: sql`theme_list.codes`,
  evidence: sql`evidence_list.shown`,
  url: addressOf(base),
})

const addressOf = (base: string): Sql => sql`${`${base}/findings/`}::text || slice.id`

// The codes of the others, which releases hold to a pattern, need no quotes.
const quote = (text: Sql): Sql =>
  sql`CASE WHEN ${text} ~ '[",\r\n]' THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END`

type Gather = (text: Sql) => Sql
const joinTexts: Gather = (text) => sql`string_agg(${text}, ';' ORDER BY link.position)`
const gatherTexts: Gather = (text) => sql`array_agg(${text} ORDER BY link.position)`

// What belongs to a slice is found by all of its identifiers at once: one walk over an index, not one for each finding.
const inSlice = sql`finding_id = ANY (ARRAY(SELECT id FROM slice))`

/** The codes of each finding of a slice with their labels; or, where they are unfolded, a row for each of them. */
function listCodes(releaseId: number, list: 'agency' | 'theme', gather: Gather, unfolded = false): Sql {
  const code = sql.ref(`link.${list}_id`)
  return sql`
    SELECT link.finding_id, min(link.position) AS position, ${gather(code)} AS codes,
      ${gather(sql`replace(code.label, ';', ',')`)} AS labels
    FROM ${sql.table(`finding_${list}`)} link
    JOIN ${sql.table(list)} code ON code.release_id = ${releaseId} AND code.id = ${code}
    WHERE link.release_id = ${releaseId} AND link.${inSlice}
    GROUP BY link.finding_id${unfolded ? sql`, link.position` : sql``}`
}

const readEvidence = (releaseId: number): Sql => sql`
  SELECT evidence.finding_id, evidence.position, evidence.publication_id AS publication, evidence.relation,
    evidence.page, evidence.heading, evidence.item, publication.title,
    publication.url || coalesce('#page=' || evidence.page, '') AS url
  FROM evidence
  JOIN publication ON publication.release_id = ${releaseId} AND publication.id = evidence.publication_id
  WHERE evidence.release_id = ${releaseId} AND evidence.${inSlice}`
