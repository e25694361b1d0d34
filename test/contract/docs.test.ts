// The documents under test where they list things.
import t from 'tap'
import { problemTypes } from '../../src/errors.ts'
import { filesNamed, isThere, readDocument } from '../support/documents.ts'

t.test('docs/errors.md lists exactly the problems there are', async (t) => {
  const rows = [...readDocument('docs/errors.md').matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.+) \|$/gm)]
  t.same(
    rows.map(([, code, status, meaning]) => [code, Number(status), meaning]),
    Object.entries(problemTypes).map(([code, { status, title, description }]) => [
      code,
      status,
      `${title}. ${description}`,
    ]),
  )
})

t.test('every file that security, operation and the threat model name is there', async (t) => {
  for (const [path, fewest] of [
    ['SECURITY.md', 5],
    ['docs/ops/runbook.md', 20],
    ['docs/threat-model.md', 50],
  ] as const) {
    const files = filesNamed(path)
    t.ok(files.length >= fewest, path)
    for (const file of new Set(files)) t.ok(isThere(file), `${path}: ${file}`)
  }
})

t.test('every threat has something in its way and a test', async (t) => {
  const rows = readDocument('docs/threat-model.md')
    .split('\n')
    .filter((line) => /^\| [STRIDE](, [STRIDE])* \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  t.ok(rows.length >= 20)
  for (const [, , threat = '', mitigation = '', tests = ''] of rows) {
    t.ok(mitigation.length > 20, threat)
    t.match(tests, /^`test\/[\w/-]+\.test\.ts`(, `test\/[\w/-]+\.test\.ts`)*$/, threat)
  }
})
