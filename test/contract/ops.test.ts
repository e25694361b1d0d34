// The alert rules and the runbook: whatever they name is there, and each alert and its entry name each other.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { settingsSchema } from '../../src/config.ts'
import { createDatabase } from '../support/cluster.ts'
import { readDocument, sectionsOf } from '../support/documents.ts'
import { nodeServer, start } from '../support/process.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

const { groups }: { groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
  readDocument('docs/ops/alerts.yml'),
)
const rules = groups.flatMap((group) => group.rules)
const runbook = readDocument('docs/ops/runbook.md')
const entries = sectionsOf('docs/ops/runbook.md')

/** The series a text names, each with the labels it asks for. */
const seriesIn = (text: string) =>
  [...text.matchAll(/\b((?:jtai_(?!reader)|nodejs_|process_)\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/(\w+)(?:=|=~|!=|!~)"([^"]*)"/g)].map(([, label = '', value = '']) => ({
        label,
        values: value.split('|'),
      })),
    }),
  )

t.test('every metric that is named is one the server tells, with its labels', async (t) => {
  const { readerUrl } = await createDatabase(t, 'fixture')
  const server = await start(t, { DATABASE_URL: readerUrl, RATE_LIMIT: '0' }, nodeServer)
  await server.ready()
  t.equal((await fetch(`${server.url}/v1/areas`)).status, 200)
  const told = await (await fetch(`${server.opsUrl}/metrics`)).text()
  const ofType = [...told.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  )
  const named = [...rules.map(({ expr }) => expr), runbook].flatMap(seriesIn)
  t.ok(named.length > 30)
  for (const { name, labels } of named) {
    t.ok(ofType.includes(name), name)
    const lines = told.split('\n').filter((line) => line.startsWith(`${name}{`))
    for (const { label, values } of labels.filter((one) => !['job', 'instance'].includes(one.label))) {
      t.ok(
        lines.some((line) => line.includes(`${label}="`)),
        `${name}{${label}}`,
      )
      // What an instance answered until now is not all it can answer; these are told from the start.
      if (label !== 'reason' && label !== 'state') continue
      for (const value of values)
        t.ok(
          lines.some((line) => line.includes(`${label}="${value}"`)),
          `${name}{${label}="${value}"}`,
        )
    }
  }
})

t.test('every alert leads to an entry of the runbook that names it', async (t) => {
  t.ok(rules.length >= 10)
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, labels, annotations } of rules) {
    t.ok(['page', 'ticket'].includes(labels.severity), alert)
    t.ok(annotations.summary, alert)
    const [file = '', anchor = ''] = annotations.runbook.split('#')
    t.equal(file, 'runbook.md')
    t.match(entries.get(anchor), new RegExp(`\\*\\*Alert:\\*\\* .*\`${alert}\``), alert)
  }
  for (const [, named = ''] of runbook.matchAll(/`(Jtai\w+)`/g))
    t.ok(
      rules.some(({ alert }) => alert === named),
      named,
    )
})

t.test(
  'every entry says how it shows, what users see, what to check and do, the alert and the test',
  async (t) => {
    t.ok(entries.size >= 12)
    for (const [heading, entry] of entries) {
      const parts = [...entry.matchAll(/^- \*\*([^:]+):\*\* \S/gm)].map(([, part]) => part)
      t.same(parts, ['Shows', 'Users see', 'Check', 'Do', 'Alert', 'Test'], heading)
      t.match(entry, /\*\*Test:\*\* `test\//, heading)
    }
  },
)

t.test('every message of the log and every setting that is named is there', async (t) => {
  const folder = join(import.meta.dirname, '../../src')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readDocument(join('src', name)))
    .join('\n')
  const messages = [...runbook.matchAll(/"msg":"([^"]+)"/g)].map(([, message = '']) => message)
  t.ok(messages.length >= 5)
  for (const message of messages) t.ok(sources.includes(`'${message}'`), message)
  const settings = [...runbook.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name = '']) => name)
  t.ok(settings.length >= 5)
  for (const name of settings) t.ok(name in settingsSchema.properties, name)
})
