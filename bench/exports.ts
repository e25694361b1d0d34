// How much memory whole-set exports take: node bench/exports.ts [findings]. Prints ratios to the server at rest, no times.
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createInflateRaw } from 'node:zlib'
import { withServer } from './server.ts'

const findings = Number(process.argv[2] ?? 1_000_000)
const slowRate = 5_000_000 // bytes a second
const slowFor = 60_000

/** Resident memory of a process, in MB. */
function residentOf({ pid }: ChildProcess): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

/** The most memory a process holds while something is done. */
async function peakWhile(server: ChildProcess, act: () => Promise<void>): Promise<number> {
  let peak = residentOf(server)
  const timer = setInterval(() => {
    peak = Math.max(peak, residentOf(server))
  }, 250)
  await act()
  clearInterval(timer)
  return peak
}

interface Pace {
  /** Milliseconds during which no more than `slowRate` is read. */
  readonly slow?: number
  /** Milliseconds after which the client leaves. */
  readonly leave?: number
}

/** Reads an export and throws unless it came whole, or was left on purpose. */
async function read(
  url: string,
  onChunk: (chunk: Buffer) => void,
  { slow = 0, leave = Infinity }: Pace = {},
) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).once('error', reject)
  })
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`)
  const began = Date.now()
  for await (const chunk of response) {
    onChunk(chunk)
    const elapsed = Date.now() - began
    if (elapsed > leave) return
    if (elapsed < slow) await sleep((chunk.length / slowRate) * 1_000)
  }
  if (!response.complete) throw new Error(`${url}: broken off`)
}

/** Counts a text in bytes that come in chunks. */
function counter(text: string) {
  let [count, rest] = [0, Buffer.alloc(0)]
  return {
    add: (chunk: Buffer) => {
      const all = Buffer.concat([rest, chunk])
      let from = 0
      for (let at = all.indexOf(text); at >= 0; at = all.indexOf(text, from)) {
        count += 1
        from = at + text.length
      }
      rest = all.subarray(Math.max(from, all.length - text.length + 1))
    },
    count: () => count,
  }
}

/** Rows of the first sheet of a workbook, header included. */
async function countSheetRows(workbook: Buffer): Promise<number> {
  const name = 'xl/worksheets/sheet1.xml'
  const header = workbook.indexOf(name) - 30
  const from = header + 30 + workbook.readUInt16LE(header + 26) + workbook.readUInt16LE(header + 28)
  const rows = counter('<row ')
  const inflate = createInflateRaw()
  inflate.end(workbook.subarray(from))
  for await (const chunk of inflate) rows.add(chunk)
  return rows.count()
}

function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found} rows instead of ${wanted}`)
}

async function measure(server: ChildProcess, url: string): Promise<void> {
  await read(`${url}/v1/findings?limit=500`, () => undefined)
  await sleep(2_000)
  const idle = residentOf(server)
  const report = (what: string, peak: number) =>
    process.stdout.write(`${what.padEnd(58)} ${(peak / idle).toFixed(2)}\n`)
  process.stdout.write(
    `memory of the server over that at rest (${Math.round(idle)} MB), ${findings} findings\n`,
  )

  const whole = async (what: string, path: string, mark: string, extra: number, pace: Pace = {}) => {
    const rows = counter(mark)
    report(what, await peakWhile(server, () => read(url + path, rows.add, pace)))
    expect(what, rows.count(), findings + extra)
  }
  await whole('CSV, a slow reader, then a fast one', '/v1/findings.csv', '\r\n', 1, { slow: slowFor })
  await whole('NDJSON', '/v1/findings.ndjson', '\n', 0)
  await whole('JSON', '/v1/findings.json', '"programme":"', 0)

  const pace = { slow: slowFor, leave: slowFor }
  const paths = ['/v1/findings.csv', '/v1/findings.ndjson', '/v1/findings.json']
  const three = async () => {
    await Promise.all(paths.map((path) => read(url + path, () => undefined, pace)))
  }
  report('three slow readers at once, who leave', await peakWhile(server, three))

  // One area: a workbook is written so slowly that all findings would take longer than the rest together.
  const filter = '?area=salford'
  const rows = counter('\r\n')
  await read(`${url}/v1/findings.csv${filter}`, rows.add)
  const chunks: Buffer[] = []
  const workbook = async () => read(`${url}/v1/findings.xlsx${filter}`, (chunk) => chunks.push(chunk))
  report(`XLSX of ${rows.count() - 1} findings`, await peakWhile(server, workbook))
  expect('XLSX', await countSheetRows(Buffer.concat(chunks)), rows.count())
}

await withServer(async ({ server, url }) => measure(server, url), findings)
