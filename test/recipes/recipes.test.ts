// The recipes under test: what docs/recipes.md says of curl, JavaScript and DuckDB is run, and prints what it shows.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import t from 'tap'
import { openApp } from '../support/app.ts'
import { makeFolder } from '../support/folders.ts'
import { freePort } from '../support/process.ts'

const run = promisify(execFile)
const recipes = readFileSync(join(import.meta.dirname, '../../docs/recipes.md'), 'utf8')
const documented = 'http://127.0.0.1:3000'

interface Block {
  readonly part: string
  readonly language: string
  readonly code: string
  /** The block of text right below, if that is what follows. */
  readonly shown: string | undefined
}

const blocks: Block[] = recipes.split(/^## /m).flatMap((text) => {
  const part = text.split('\n')[0] ?? ''
  const found = [...text.matchAll(/^```(\w+)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms)]
  return found.map(([, language = '', code = '', shown]) => ({ part, language, code, shown }))
})
const tested = blocks.filter(({ part }) => part.endsWith('(tested)'))

const port = await freePort()
const publicUrl = `http://127.0.0.1:${port}`
const { app } = await openApp(t, 'real', { publicUrl })
await app.listen({ host: '127.0.0.1', port })
// Recipes read what those before them have saved.
const cwd = makeFolder(t)

const programs: Readonly<Record<string, (code: string) => Promise<string>>> = {
  sh: async (code) => (await run('sh', ['-ec', code], { cwd })).stdout,
  js: async (code) => {
    writeFileSync(join(cwd, 'recipe.mjs'), code)
    return (await run(process.execPath, ['recipe.mjs'], { cwd })).stdout
  },
  sql: async (code) => {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      file_search_path: cwd,
    })
    const connection = await instance.connect()
    const answer = await connection.runAndReadAll(code)
    const rows = [answer.columnNames(), ...answer.getRows()]
    connection.closeSync()
    instance.closeSync()
    return rows.map((row) => `${row.join(',')}\n`).join('')
  },
}

t.test('a recipe is run here, or its heading says that it is not', async (t) => {
  const languages = (list: readonly Block[]) => [...new Set(list.map(({ language }) => language))].sort()
  t.same(languages(tested), ['js', 'sh', 'sql'])
  t.ok(tested.length >= 12, 'the recipes are found')
  t.ok(
    tested.every(({ shown }) => /\S/.test(shown ?? '')),
    'each with what it prints',
  )
  const others = blocks.filter((block) => !tested.includes(block))
  t.same(
    [...new Set(others.map(({ part }) => part))],
    [
      'Google Sheets (untested)',
      'Excel Power Query (untested)',
      'pandas (run by hand, with pandas 3.0)',
      'R (untested)',
    ],
  )
})

for (const { language, code, shown = '' } of tested) {
  t.test(`prints what is shown: ${code.trim().split('\n')[0]}`, async (t) => {
    const output = await programs[language]?.(code.replaceAll(documented, publicUrl))
    const lines = splitLines((output ?? '').replaceAll(publicUrl, documented))
    t.ok(isShown(splitLines(shown), lines), 'line by line', { shown, printed: lines.slice(0, 60).join('\n') })
  })
}

function splitLines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/)
}

/** Whether the lines are those shown. A line of `…` stands for one line or more, `…` within a line for any text. */
function isShown([line, ...rest]: readonly string[], lines: readonly string[]): boolean {
  const [first, ...others] = lines
  if (line === undefined) return first === undefined
  if (first === undefined) return false
  if (line === '…') return others.some((_, at) => isShown(rest, others.slice(at))) || isShown(rest, [])
  return isLine(line, first) && isShown(rest, others)
}

function isLine(shown: string, line: string): boolean {
  const [start = '', end] = shown.split('…')
  return end === undefined ? shown === line : line.startsWith(start) && line.slice(start.length).endsWith(end)
}
