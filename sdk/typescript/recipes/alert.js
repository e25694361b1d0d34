// Tells what has changed of one area since the last run, one line a change; says nothing where nothing has.
//   node alert.js https://findings.example.org bradford since.txt
// The first run only remembers where the feed stands. Run by cron, its output becomes a mail; a run that is killed
// after it has printed prints the same again the next time, so that nothing is missed.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createClient } from 'jtai-findings'

const [baseUrl, area, file] = process.argv.slice(2)
if (baseUrl === undefined || area === undefined || file === undefined) {
  console.error('usage: node alert.js BASE_URL AREA FILE')
  process.exit(2)
}
const client = createClient({ baseUrl })
const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
const isFirst = kept === ''

// The area itself, its inspections and findings, and the documents about one of its inspections.
const inspections = new Set()
const isAbout = ({ entity, id, inspection, before, after }) =>
  (entity === 'area' && id === area) || (after ?? before).area === area || inspections.has(inspection)
for await (const inspection of client.rows('/v1/inspections')) {
  if (inspection.area === area) inspections.add(inspection.id)
}

let since = null
const query = { limit: 500, ...(isFirst ? {} : { since: kept }) }
for await (const { data, next_since } of client.pages('/v1/changes', { params: { query } })) {
  for (const event of isFirst ? [] : data.filter(isAbout)) {
    const { type, entity, id, release, reason, changed_fields } = event
    const what = type === 'corrected' ? `corrected (${changed_fields.join(', ')})` : type
    console.log(`${release}: ${entity} ${id} ${what}. ${reason ?? ''}`.trim())
  }
  since = next_since
}
if (since !== null) {
  writeFileSync(`${file}.new`, since)
  renameSync(`${file}.new`, file) // whole or not at all
}
