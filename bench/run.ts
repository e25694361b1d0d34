// npm run bench: every benchmark in turn, and bench/RESULTS.md of what they found. With --million the sets that are grown
// hold 1,000,000 findings instead of 100,000. Goes on where one fails, and exits with 1 where any did or missed a bar.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openOwner } from '../src/db/client.ts'
import { type Figure, formatValue, isMet } from './report.ts'
import { withDatabase } from './server.ts'

const million = process.argv.includes('--million')
const findings = million ? '1000000' : '100000'
const benches: readonly (readonly [file: string, ...args: string[]])[] = [
  ['hits.ts'],
  ['misses.ts'],
  ['queries.ts', findings],
  ['start.ts'],
  ['exports.ts', findings],
  ['memory.ts'],
  ['publication.ts', findings],
  ['pages.ts'],
]

interface Run {
  readonly title: string
  readonly minutes: number
  readonly isDone: boolean
  readonly figures: readonly Figure[]
}

async function runOne(folder: string, [file, ...args]: readonly [string, ...string[]]): Promise<Run> {
  const title = [file, ...args].join(' ')
  process.stdout.write(`\n${title}\n`)
  const lines = join(folder, `${file}.jsonl`)
  const began = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, BENCH_JSON: lines },
  })
  const [code] = await once(child, 'exit')
  const figures: Figure[] = existsSync(lines)
    ? readFileSync(lines, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : []
  return { title, minutes: (performance.now() - began) / 60_000, isDone: code === 0, figures }
}

async function readPostgresVersion(): Promise<string> {
  let version = ''
  await withDatabase(async (databaseUrl) => {
    const db = openOwner(databaseUrl)
    const { rows } = await sql<{ server_version: string }>`SHOW server_version`.execute(db)
    version = rows[0]?.server_version ?? ''
    await db.destroy()
  })
  return version
}

const rowOf = (figure: Figure): string => {
  const { name, value, unit, bar, direction = 'at least', spread, rounds = 1 } = figure
  const asked = bar === undefined ? '' : `${direction} ${formatValue(bar)}`
  const met = { true: 'yes', false: '**no**', null: '' }[String(isMet(figure))]
  const range = spread?.map(formatValue).join(' – ') ?? ''
  return `| ${name} | ${asked} | ${formatValue(value)} ${unit} | ${range} | ${rounds} | ${met} |`
}

const sectionOf = ({ title, minutes, isDone, figures }: Run): string[] => [
  `## ${title}`,
  '',
  ...(isDone ? [] : ['**It failed:** what it found before is below.', '']),
  '| figure | asked | median | spread | rounds | met |',
  '|---|---|---|---|---|---|',
  ...figures.map(rowOf),
  '',
  `${minutes.toFixed(1)} minutes.`,
  '',
]

function describeMachine(postgres: string): string {
  const [{ model } = { model: 'unknown' }, ...others] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return [
    `${new Date().toISOString().slice(0, 10)}`,
    `${others.length + 1} cores (${model.trim()}), ${memory} GB`,
    `Node ${process.versions.node}, PostgreSQL ${postgres}`,
    `grown sets of ${Number(findings).toLocaleString('en')} findings`,
  ].join('; ')
}

const machine = describeMachine(await readPostgresVersion())

/** What was found so far: a run that is broken off leaves what it had. */
function writeResults(runs: readonly Run[]): void {
  const lines = [
    '# What the benchmarks found',
    '',
    'Written by `npm run bench`. Every ratio is of rounds that alternate within one run; the median of the rounds, and the least and the most of them.',
    '',
    `${machine}.`,
    '',
    ...runs.flatMap(sectionOf),
  ]
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), lines.join('\n'))
}

const folder = mkdtempSync(join(tmpdir(), 'jtai-bench-'))
const runs: Run[] = []
for (const bench of benches) {
  runs.push(await runOne(folder, bench))
  writeResults(runs)
}
rmSync(folder, { recursive: true })
const isAllMet = runs.every(({ isDone, figures }) => isDone && figures.every((one) => isMet(one) !== false))
process.exitCode = isAllMet ? 0 : 1
