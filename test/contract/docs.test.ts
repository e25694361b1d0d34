// The documents under test where they list things.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { problemTypes } from '../../src/errors.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

t.test('docs/errors.md lists exactly the problems there are', async (t) => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.+) \|$/gm)]
  t.same(
    rows.map(([, code, status, meaning]) => [code, Number(status), meaning]),
    Object.entries(problemTypes).map(([code, { status, title, description }]) => [
      code,
      status,
      `${title}. ${description}`,
    ]),
  )
})
