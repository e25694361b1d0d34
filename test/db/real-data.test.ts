// The committed data set as it stands in the database: release 1.0.0 counted by hand, and the rules of every release.
import { sql } from 'kysely'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'

const { owner } = await createDatabase(t, 'real')

/** Runs a query whose every row would be a mistake. */
const findMistakes = async (query: ReturnType<typeof sql>) => (await query.execute(owner)).rows

// Every text of the data set that people wrote, with where it stands.
const texts = sql`(
  SELECT 'finding ' || id AS place, summary AS text FROM finding
  UNION ALL SELECT 'finding ' || id, note FROM finding
  UNION ALL SELECT 'evidence ' || finding_id, heading FROM evidence
  UNION ALL SELECT 'publication ' || id, unnest(ARRAY[title, publisher, note]) FROM publication
  UNION ALL SELECT 'agency ' || id, unnest(ARRAY[label, definition]) FROM agency
  UNION ALL SELECT 'theme ' || id, unnest(ARRAY[label, definition]) FROM theme
  UNION ALL SELECT 'area ' || id, unnest(ARRAY[name, local_authority, region_name, police_force]) FROM area
  UNION ALL SELECT 'inspectorate ' || id, unnest(ARRAY[name, note]) FROM inspectorate
  UNION ALL SELECT 'inspection ' || id, unnest(safeguarding_children_board || health_bodies_named) FROM inspection
  UNION ALL SELECT 'programme ' || id, unnest(ARRAY[name, theme, legal_basis] || facts) FROM programme
  UNION ALL SELECT 'release ' || version, notes FROM release
  UNION ALL SELECT 'change ' || entity_id, reason FROM change
) AS texts (place, text)`

t.test('911 findings: 884 of the six inspections, 27 national', async (t) => {
  const rows = await owner
    .selectFrom('finding')
    .select((eb) => ['scope', eb.fn.countAll().as('count')])
    .where('release_id', '=', 1)
    .groupBy('scope')
    .orderBy('scope')
    .execute()
  t.same(rows, [
    { scope: 'area', count: 884 },
    { scope: 'national', count: 27 },
  ])
})

t.test('strengths, areas for improvement and context of each inspection', async (t) => {
  const rows = await owner
    .selectFrom('finding')
    .select((eb) => ['inspection_id', 'kind', eb.fn.countAll().as('count')])
    .where('release_id', '=', 1)
    .groupBy(['inspection_id', 'kind'])
    .execute()
  const count = (inspection: string | null) =>
    ['strength', 'area_for_improvement', 'context'].map(
      (kind) => rows.find((row) => row.inspection_id === inspection && row.kind === kind)?.count,
    )
  t.same(count('salford-2016'), [51, 64, 9])
  t.same(count('lincolnshire-2016'), [75, 68, 10])
  t.same(count('wiltshire-2016'), [87, 25, 11])
  t.same(count('hampshire-2016'), [99, 37, 14])
  t.same(count('bradford-2017'), [126, 61, 7])
  t.same(count('hounslow-2017'), [71, 65, 4])
  t.same(count(null), [3, 20, 4], 'national')
  t.equal(rows.length, 21, 'and nothing else')
})

t.test('six letters, each with the date it was published on', async (t) => {
  const letters = await owner
    .selectFrom('publication')
    .select(['inspection_id', 'published_on', 'pages'])
    .where('release_id', '=', 1)
    .where('type', '=', 'inspection_letter')
    .orderBy('published_on')
    .execute()
  t.same(
    letters.map(({ inspection_id, published_on, pages }) => `${inspection_id} ${published_on} ${pages}`),
    [
      'salford-2016 2016-10-28 10',
      'lincolnshire-2016 2016-12-02 14',
      'wiltshire-2016 2016-12-16 12',
      'hampshire-2016 2017-02-01 14',
      'bradford-2017 2017-04-21 17',
      'hounslow-2017 2017-06-13 13',
    ],
  )
})

t.test('identifiers are well formed, and findings are numbered from 1 without a gap', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT id FROM finding
    WHERE id !~ '^[a-z]+(-[a-z]+)*-20[0-9]{2}-[0-9]{3}$' OR (inspection_id IS NOT NULL AND id !~ ('^' || inspection_id || '-'))`)
  t.same(mistakes, [])
  const gaps = await findMistakes(sql`
    SELECT id FROM (
      SELECT id, right(id, 3)::integer AS number,
        row_number() OVER (PARTITION BY left(id, -4) ORDER BY id) AS rank
      FROM finding WHERE release_id = 1) numbered
    WHERE number <> rank`)
  t.same(gaps, [])
})

t.test('every finding has evidence, agencies and themes', async (t) => {
  for (const table of ['evidence', 'finding_agency', 'finding_theme'] as const) {
    const mistakes = await findMistakes(sql`
      SELECT id FROM finding f WHERE NOT EXISTS (
        SELECT FROM ${sql.table(table)} o WHERE (o.release_id, o.finding_id) = (f.release_id, f.id))`)
    t.same(mistakes, [], table)
  }
})

t.test('every finding of an inspection stands on a page of its letter', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT f.id FROM finding f
    JOIN inspection i ON (i.release_id, i.id) = (f.release_id, f.inspection_id)
    JOIN publication p ON (p.release_id, p.id) = (i.release_id, i.letter_id)
    LEFT JOIN evidence e
      ON (e.release_id, e.finding_id, e.publication_id, e.position) = (f.release_id, f.id, p.id, 1)
    WHERE f.publication_id <> p.id OR e.page IS NULL OR e.page NOT BETWEEN 1 AND p.pages`)
  t.same(mistakes, [])
})

t.test('bullets and pages go forward through each letter', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT id FROM (
      SELECT f.id, page, lag(page) OVER (PARTITION BY f.release_id, inspection_id ORDER BY f.id) AS before
      FROM finding f JOIN evidence e ON (e.release_id, e.finding_id, e.position) = (f.release_id, f.id, 1)
      WHERE scope = 'area' AND f.release_id = 1) pages
    WHERE page < before`) // what was added later has the next free number
  t.same(mistakes, [])
})

t.test('a finding has the date of its publication, which its inspection shares', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT f.id FROM finding f
    JOIN publication p ON (p.release_id, p.id) = (f.release_id, f.publication_id)
    LEFT JOIN inspection i ON (i.release_id, i.id) = (f.release_id, f.inspection_id)
    WHERE f.published_on IS DISTINCT FROM p.published_on OR i.published_on <> f.published_on`)
  t.same(mistakes, [])
})

t.test('dates follow one another: announced, inspected, published, answered, summed up', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT i.id FROM inspection i
    JOIN programme p ON (p.release_id, p.id) = (i.release_id, i.programme_id)
    JOIN publication o ON (o.release_id, o.id) = (p.release_id, p.overview_report)
    WHERE fieldwork_start <= announced_on OR fieldwork_end < fieldwork_start OR i.published_on <= fieldwork_end
      OR response_due_on <= i.published_on OR i.published_on >= o.published_on
      OR to_char(fieldwork_start, 'YYYY-MM') NOT BETWEEN started_in AND ended_in`)
  t.same(mistakes, [])
  const { rows } = await sql`
    SELECT min(published_on) AS first, max(published_on) AS last FROM finding WHERE release_id = 1`.execute(
    owner,
  )
  t.same(rows, [{ first: '2016-10-28', last: '2018-01-23' }])
})

t.test('positions count 1 to n in each stated order', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT id FROM (
      SELECT id, position, position_oldest_first, position_by_id,
        row_number() OVER (PARTITION BY release_id ORDER BY published_on DESC, id COLLATE "C") AS newest,
        row_number() OVER (PARTITION BY release_id ORDER BY published_on, id COLLATE "C") AS oldest,
        row_number() OVER (PARTITION BY release_id ORDER BY id COLLATE "C") AS by_id
      FROM finding) f
    WHERE (position, position_oldest_first, position_by_id) <> (newest, oldest, by_id)`)
  t.same(mistakes, [])
})

t.test('texts are one line that a spreadsheet takes as text', async (t) => {
  const refused = (text: ReturnType<typeof sql>) => sql`
    (${text} ~ '^([=+@[:space:]-]|$)' OR ${text} ~ '[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029]' OR ${text} ~ '[[:space:]]$')`
  const examples = ['=1', '-1', '', ' a', 'a ', 'a\tb', 'a\u0085b', 'a\u2028b', 'good – text']
  const { rows } = await sql<{ text: string }>`
    SELECT text FROM unnest(${examples}::text[]) AS examples (text) WHERE NOT ${refused(sql`text`)}`.execute(
    owner,
  )
  t.same(rows, [{ text: 'good – text' }], 'a bad one would be found')
  t.same(await findMistakes(sql`SELECT place, text FROM ${texts} WHERE ${refused(sql`text`)}`), [])
  const labels = await findMistakes(sql`
    SELECT id FROM (SELECT id, label FROM agency UNION ALL SELECT id, label FROM theme) codes WHERE label LIKE '%;%'`)
  t.same(labels, [])
})

t.test('a summary is a sentence of at most 400 characters, and no two are the same', async (t) => {
  const mistakes = await findMistakes(sql`
    SELECT id FROM finding WHERE length(summary) > 400 OR summary !~ '^["“‘''(]?[[:upper:][:digit:]].*[.”’)"]$'`)
  t.same(mistakes, [])
  const twins = await findMistakes(sql`
    SELECT inspection_id, summary FROM finding GROUP BY release_id, 1, 2 HAVING count(*) > 1`)
  t.same(twins, [])
})

t.test('nobody is named: no text holds a form of address with a name', async (t) => {
  const titles = 'Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Cllr|Councillor|Rev|Reverend'
  const named = (text: unknown) => sql`${text} ~ ${`\\m(${titles})\\M[.]? +[[:upper:]][[:lower:]]`}`
  const { rows } =
    await sql`SELECT ${named('advice of Ms Example')} AS found, ${named('Dr. Example')} AS dotted,
    ${named('a missing child')} AS not_found`.execute(owner)
  t.same(rows, [{ found: true, dotted: true, not_found: false }], 'a name would be found')
  t.same(await findMistakes(sql`SELECT place, text FROM ${texts} WHERE ${named(sql`text`)}`), [])
})

t.test('every code is used or holds one that is, and has at most two levels', async (t) => {
  for (const entity of ['agency', 'theme'] as const) {
    const mistakes = await findMistakes(sql`
      SELECT c.id FROM ${sql.table(entity)} c
      LEFT JOIN ${sql.table(entity)} b ON (b.release_id, b.id) = (c.release_id, c.broader)
      WHERE b.broader IS NOT NULL OR NOT EXISTS (
        SELECT FROM ${sql.table(`finding_${entity}`)} f
        JOIN ${sql.table(entity)} used ON (used.release_id, used.id) = (f.release_id, f.${sql.ref(`${entity}_id`)})
        WHERE c.id IN (used.id, used.broader))`)
    t.same(mistakes, [], entity)
  }
})
