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

/** Runs a function in one transaction: all of it or nothing. */
function transact(begin, work) {
  db.exec(begin)
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
const readState = () => db.prepare('SELECT * FROM state').get() ?? null

const store = {
  read: async () =>
    transact('BEGIN', () => ({
      state: readState(),
      rows: db
        .prepare('SELECT * FROM row')
        .all()
        .map(({ record, ...row }) => ({ ...row, record: JSON.parse(record) })),
    })),
  write: async ({ clear, put, remove, state }, from) =>
    transact('BEGIN IMMEDIATE', () => {
      if (from !== undefined && readState()?.since !== from?.since) return false
      if (clear) db.exec('DELETE FROM row')
      const removal = db.prepare('DELETE FROM row WHERE entity = ? AND id = ?')
      for (const { entity, id } of remove) removal.run(entity, id)
      const insertion = db.prepare('INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?)')
      for (const { entity, id, seq, record } of put) insertion.run(entity, id, seq, JSON.stringify(record))
      db.exec('DELETE FROM state')
      db.prepare('INSERT INTO state VALUES (?, ?, ?)').run(state.since, state.release, state.content_sha256)
      return true
    }),
}

const { release, events, rebuilt } = await createClient({ baseUrl }).sync(store)
console.log(`Release ${release}, ${events} events${rebuilt ? ', made anew' : ''}.`)
