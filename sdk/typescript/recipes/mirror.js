// Mirrors the data set into SQLite. Run it every night; killed at any point, the next run completes it.
//   node mirror.js https://findings.example.org findings.sqlite
// Node 22.13 or newer, for node:sqlite. Then, for example:
//   SELECT id, record ->> 'summary' FROM finding WHERE record ->> 'area' = 'salford'
import { DatabaseSync } from 'node:sqlite'
import { createClient } from 'jtai-findings'

const [baseUrl, path] = process.argv.slice(2)
if (baseUrl === undefined || path === undefined) {
  console.error('usage: node mirror.js BASE_URL FILE')
  process.exit(2)
}

const db = new DatabaseSync(path)
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS state (since TEXT NOT NULL, release TEXT NOT NULL, content_sha256 TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS row (
    entity TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (entity, id)
  ) WITHOUT ROWID;
  CREATE VIEW IF NOT EXISTS finding AS SELECT id, record FROM row WHERE entity = 'finding';
`)
const toRow = ({ record, ...row }) => ({ ...row, record: JSON.parse(record) })

const store = {
  transaction: async (work) => {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = await work(transaction)
      db.exec('COMMIT')
      return result
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  },
}
const transaction = {
  readState: async () => db.prepare('SELECT * FROM state').get() ?? null,
  writeState: async ({ since, release, content_sha256 }) => {
    db.exec('DELETE FROM state')
    db.prepare('INSERT INTO state VALUES (?, ?, ?)').run(since, release, content_sha256)
  },
  get: async (entity, id) => {
    const row = db.prepare('SELECT * FROM row WHERE entity = ? AND id = ?').get(entity, id)
    return row === undefined ? null : toRow(row)
  },
  put: async ({ entity, id, seq, record }) => {
    db.prepare('INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?)').run(entity, id, seq, JSON.stringify(record))
  },
  remove: async (entity, id) => {
    db.prepare('DELETE FROM row WHERE entity = ? AND id = ?').run(entity, id)
  },
  clear: async () => db.exec('DELETE FROM row; DELETE FROM state'),
  rows: async (entity) => db.prepare('SELECT * FROM row WHERE entity = ?').all(entity).map(toRow),
}

const { release, events, rebuilt } = await createClient({ baseUrl }).sync(store)
console.log(`Release ${release}, ${events} events${rebuilt ? ', made anew' : ''}.`)
