// How exports do beside the database's own: node bench/exports.ts [findings]. Needs `psql` in the PATH. Prints ratios:
// rows a second over those of `\copy` of the same table, memory over the server at rest, and how much slower a small
// answer gets meanwhile. Fails where an export does not hold what `\copy` gave.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { copyTable } from './copy-table.ts'
import { report, summarise } from './report.ts'
import { type Served, withServer } from './server.ts'

const findings = Number(process.argv[2] ?? 100_000)
const rounds = 7
const slowRate = 5_000_000 // bytes a second
const watched = 4_000 // milliseconds of small answers in a round

function expect(what: string, found: number | string, wanted: number | string): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`)
}

/** The lines, bytes, hash and end of a stream; `toCrlf` rewrites its line ends first. */
async function take(stream: Readable, { toCrlf = false, rate = Infinity } = {}) {
  const hash = createHash('sha256')
  let [lines, bytes, end] = [0, 0, '']
  for await (const chunk of stream) {
    const piece: Buffer = toCrlf
      ? Buffer.from(chunk.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
      : chunk
    hash.update(piece)
    bytes += piece.length
    end = (end + piece.subarray(-10_000).toString('latin1')).slice(-10_000)
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1
    if (rate < Infinity) await sleep((piece.length / rate) * 1_000)
  }
  return { lines, bytes, end, sha256: hash.digest('hex') }
}

async function open(url: string): Promise<IncomingMessage> {
  const [response] = await once(get(url, { agent: false }), 'response')
  expect(url, response.statusCode, 200)
  return response
}

/** Reads an export to its end. */
async function read(url: string, rate = Infinity) {
  const response = await open(url)
  const taken = await take(response, { rate })
  if (!response.complete) throw new Error(`${url}: broken off`)
  return taken
}

/** Reads an export and nothing else: how long that takes, in milliseconds. */
async function timeOf(stream: () => Promise<Readable>): Promise<number> {
  const began = performance.now()
  for await (const _ of await stream());
  return performance.now() - began
}

async function copy({ url, databaseUrl }: Served): Promise<Readable> {
  const psql = spawn('psql', ['--quiet', '--no-psqlrc', '--file=-', databaseUrl], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  psql.stdin.end(`\\copy (${copyTable(`${url}/v1`)}) to pstdout (format csv, header)`)
  return psql.stdout
}

const formats = ['csv', 'ndjson', 'json'] as const

async function compare(running: Served): Promise<void> {
  const copied = await take(await copy(running), { toCrlf: true })
  expect('rows of the copy', copied.lines, findings + 1)
  const csv = await read(`${running.url}/v1/findings.csv`)
  expect('bytes of the CSV', csv.bytes, copied.bytes)
  expect('SHA-256 of the CSV', csv.sha256, copied.sha256)
  const ndjson = await read(`${running.url}/v1/findings.ndjson`)
  expect('lines of NDJSON', ndjson.lines, findings)
  const json = await read(`${running.url}/v1/findings.json`)
  const [end = '', total] = /\],"page":.*"total":(\d+).*$/s.exec(json.end) ?? []
  expect('findings of the JSON', Number(total), findings)
  expect('bytes of the JSON', json.bytes, '{"data":['.length + ndjson.bytes - 1 + end.length)
}

async function measureRates(running: Served): Promise<void> {
  const ratios: Record<(typeof formats)[number], number[]> = { csv: [], ndjson: [], json: [] }
  for (let round = 0; round < rounds; round += 1) {
    const copied = await timeOf(() => copy(running))
    for (const format of formats) {
      ratios[format].push(copied / (await timeOf(() => open(`${running.url}/v1/findings.${format}`))))
    }
  }
  const bars = { csv: { bar: 0.6 }, ndjson: { bar: 0.45 }, json: {} }
  for (const format of formats) {
    report({
      name: `rows a second of ${format}, to \\copy`,
      unit: 'x',
      ...bars[format],
      ...summarise(ratios[format]),
    })
  }
}

/** Resident memory of the server, in MB. */
function residentOf({ server: { pid } }: Served): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

/** The most memory the server holds while something is done, in MB. */
async function peakWhile(running: Served, act: () => Promise<unknown>): Promise<number> {
  let peak = residentOf(running)
  const timer = setInterval(() => {
    peak = Math.max(peak, residentOf(running))
  }, 50)
  await act()
  clearInterval(timer)
  return peak
}

async function measureMemory(running: Served): Promise<void> {
  const { url } = running
  const rises = async (times: number, act: () => Promise<unknown>) => {
    const found: number[] = []
    while (found.length < times) found.push((await peakWhile(running, act)) - rest)
    return found
  }
  await read(`${url}/v1/findings?limit=500`)
  await sleep(2_000)
  const rest = residentOf(running)
  const readThree = () =>
    Promise.all([
      read(`${url}/v1/findings.csv`, slowRate),
      read(`${url}/v1/findings.ndjson`),
      read(`${url}/v1/findings.json`),
    ])
  const most = { unit: 'MB over rest', bar: 64, direction: 'at most' } as const
  report({
    name: 'memory of three exports, one read slowly',
    ...most,
    ...summarise(await rises(3, readThree)),
  })
  // One area: a workbook is written so slowly that all findings would take longer than the rest together.
  const workbook = () => read(`${url}/v1/findings.xlsx?area=salford`)
  report({
    name: 'memory of a workbook of one area',
    unit: 'MB over rest',
    ...summarise(await rises(1, workbook)),
  })
}

async function measureHot(running: Served): Promise<void> {
  const worker = new Worker(new URL('./hot-client.ts', import.meta.url), {
    workerData: `${running.url}/v1/areas`,
  })
  const p99 = async () => {
    worker.postMessage(watched)
    const [times]: number[][] = await once(worker, 'message')
    return times?.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
  }
  await p99()
  const ratios: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const idle = await p99()
    let isOver = false
    const exporting = Promise.all(
      formats.map(async (format) => {
        while (!isOver) await timeOf(() => open(`${running.url}/v1/findings.${format}`))
      }),
    )
    ratios.push((await p99()) / idle)
    isOver = true
    await exporting
  }
  await worker.terminate()
  report({
    name: 'p99 of a hit while three exports run, to idle',
    unit: 'x',
    bar: 3,
    direction: 'at most',
    ...summarise(ratios),
  })
}

await withServer(async (running) => {
  await measureMemory(running)
  await compare(running)
  await measureRates(running)
  await measureHot(running)
}, findings)
