// Tells what has changed of one inspection since the last run, one line a change; says nothing where nothing has.
//   node alert.js https://findings.example.org bradford-2017 since.txt
// The first run only remembers where the feed stands. Run by cron, its output becomes a mail.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createClient } from 'jtai-findings'

const [baseUrl, inspection, file] = process.argv.slice(2)
if (baseUrl === undefined || inspection === undefined || file === undefined) {
  console.error('usage: node alert.js BASE_URL INSPECTION FILE')
  process.exit(2)
}

const isFirst = !existsSync(file)
const query = { inspection: [inspection], ...(isFirst ? {} : { since: readFileSync(file, 'utf8') }) }
let since = null
for await (const { data, next_since } of createClient({ baseUrl }).pages('/v1/changes', {
  params: { query },
})) {
  for (const { type, entity, id, release, reason, changed_fields } of isFirst ? [] : data) {
    const what = type === 'corrected' ? `corrected (${changed_fields.join(', ')})` : type
    console.log(`${release}: ${entity} ${id} ${what}. ${reason ?? ''}`.trim())
  }
  since = next_since
}
if (since !== null) {
  writeFileSync(`${file}.new`, since)
  renameSync(`${file}.new`, file) // whole or not at all
}
