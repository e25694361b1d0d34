// A release as an SQLite database: a table a kind of record, one for each list within it, full text, and a flat view. For SQLite 3.37 or newer.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { attribution, caveats, licence } from '../../lib/about.ts'
import { type Cell, cellText } from '../../lib/csv.ts'
import type { ReleaseFile } from '../records.ts'
import { giveWay } from './pieces.ts'
import type { Column, Table } from './tables.ts'

/** Writes the database; fails if a reference in it leads nowhere. */
export async function writeSqlite(
  path: string,
  release: ReleaseFile,
  contentSha256: string,
  tables: readonly Table[],
): Promise<void> {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
    insertAbout(db, release, contentSha256)
    for (const table of tables) await insertTable(db, table)
    addSearch(db)
    db.exec('COMMIT; VACUUM; PRAGMA optimize')
    const broken = db.prepare('PRAGMA foreign_key_check').all()
    if (broken.length > 0) throw new Error(`references lead nowhere: ${JSON.stringify(broken.slice(0, 3))}`)
  } finally {
    db.close()
  }
}

function insertAbout(
  db: DatabaseSync,
  { version, released_at, coded_on, notes }: ReleaseFile,
  sha256: string,
) {
  db.exec(`CREATE TABLE about (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT`)
  const insert = db.prepare('INSERT INTO about VALUES (?, ?)')
  const about = {
    ...{ version, released_at, coded_on, notes, content_sha256: sha256 },
    ...{ licence: licence.id, licence_url: licence.url, attribution },
  }
  for (const [name, text] of Object.entries(about)) insert.run(name, text)
  caveats.forEach((caveat, index) => {
    insert.run(`caveat_${index + 1}`, caveat)
  })
}

const quote = (name: string): string => `"${name}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

async function insertTable(db: DatabaseSync, table: Table): Promise<void> {
  const single = table.columns.filter(({ isList }) => !isList)
  // The labels of codes are looked up, not stored twice.
  const lists = table.columns.filter(({ isList, name }) => isList && !name.endsWith('_labels'))
  const lines = single.map(({ description, ...column }) => `${defineColumn(column)}, -- ${description}`)
  const isOrdered = table.primaryKey.includes('position')
  if (!isOrdered) lines.push('position INTEGER NOT NULL UNIQUE, -- Order in its list, from 1.')
  const key = `PRIMARY KEY (${table.primaryKey.map(quote).join(', ')})`
  db.exec(
    `CREATE TABLE ${quote(table.name)} ( -- ${table.description}\n${lines.join('\n')}\n${key}\n) STRICT`,
  )
  await insertRows(
    db,
    table.name,
    table.rows
      .values()
      .map((row, index) => [
        ...single.map((column) => toValue(row[table.columns.indexOf(column)] ?? null)),
        ...(isOrdered ? [] : [index + 1]),
      ]),
  )
  for (const list of lists) await insertList(db, table, list)
}

function defineColumn({ name, type, isRequired, values, refersTo }: Omit<Column, 'description'>): string {
  const parts = [quote(name), type === 'integer' ? 'INTEGER' : 'TEXT', isRequired ? 'NOT NULL' : '']
  if (values !== null) parts.push(`CHECK (${quote(name)} IN (${values.map(literal).join(', ')}))`)
  if (refersTo !== null) parts.push(`REFERENCES ${quote(refersTo)} (id)`)
  return parts.filter(Boolean).join(' ')
}

/** For example `findings_agencies (findings, position, agencies)`: a row for each agency of a finding. */
async function insertList(db: DatabaseSync, table: Table, list: Column): Promise<void> {
  const name = `${table.name}_${list.name}`
  const at = table.columns.indexOf(list)
  db.exec(`CREATE TABLE ${quote(name)} ( -- ${list.description}
${quote(table.name)} TEXT NOT NULL REFERENCES ${quote(table.name)} (id),
position INTEGER NOT NULL,
${defineColumn({ ...list, isRequired: true })},
PRIMARY KEY (${quote(table.name)}, position)
) STRICT, WITHOUT ROWID`)
  if (list.refersTo !== null)
    db.exec(`CREATE INDEX ${quote(`${name}_idx`)} ON ${quote(name)} (${quote(list.name)})`)
  await insertRows(
    db,
    name,
    table.rows
      .values()
      .flatMap((row) =>
        valuesOf(row[at] ?? null).map((value, index) => [toValue(row[0] ?? null), index + 1, value]),
      ),
  )
}

const valuesOf = (cell: Cell): readonly string[] => (typeof cell === 'object' && cell !== null ? cell : [])

const toValue = (cell: Cell): SQLInputValue => {
  if (cell === null || typeof cell === 'number') return cell
  return cellText(cell)
}

const rowsAtOnce = 1_000

async function insertRows(
  db: DatabaseSync,
  table: string,
  rows: Iterable<readonly SQLInputValue[]>,
): Promise<void> {
  let insert: StatementSync | null = null
  let count = 0
  for (const row of rows) {
    insert ??= db.prepare(`INSERT INTO ${quote(table)} VALUES (${row.map(() => '?').join(', ')})`)
    insert.run(...row)
    count += 1
    if (count % rowsAtOnce === 0) await giveWay()
  }
}

function addSearch(db: DatabaseSync): void {
  // Ordered within, not in the aggregate, which SQLite before 3.44 does not understand, nor then anything of the file.
  const joined = (
    list: string,
    value: string,
  ) => `(SELECT group_concat(value, ';') FROM (SELECT ${value} AS value
    FROM findings_${list} l JOIN ${list} c ON c.id = l.${list} WHERE l.findings = f.id ORDER BY l.position))`
  db.exec(`CREATE INDEX findings_inspection_idx ON findings (inspection);
CREATE VIEW findings_flat AS SELECT f.*,
  ${joined('agencies', 'c.id')} AS agencies, ${joined('agencies', 'c.label')} AS agency_labels,
  ${joined('themes', 'c.id')} AS themes, ${joined('themes', 'c.label')} AS theme_labels FROM findings f;
CREATE VIRTUAL TABLE findings_text USING fts5(id UNINDEXED, summary, agency_labels, theme_labels, tokenize = 'porter unicode61');
INSERT INTO findings_text SELECT id, summary, agency_labels, theme_labels FROM findings_flat ORDER BY position`)
}
