// Whether the memory of the server grows with what it is asked: node bench/memory.ts [requests]. Prints the ratio of what it
// holds after that many mixed requests to what it held after ten thousand.
import { deepStrictEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, askJson } from './ask.ts'
import { loadMany, type Shot } from './load.ts'
import { addressOf, questionAt } from './question.ts'
import { report } from './report.ts'
import { type Running, withDatabase, withShipped } from './server.ts'
import { residentOf } from './usage.ts'

const requests = Number(process.argv[2] ?? 1_000_000)
const few = 10_000
const agencies = ['police', 'health', 'local-authority']
const words = [
  'risk',
  'children',
  'police',
  'training',
  'assessment',
  'partners',
  'domestic',
  'abuse',
  'voice',
]

// Thirty addresses that are asked again and again.
const lists = ['agencies', 'themes', 'areas', 'inspections', 'publications', 'releases', 'findings/facets']
const popular = [
  ...lists.map((path) => `/v1/${path}`),
  ...['/v1', '/', '/findings', '/releases', '/about', '/v1/changes', '/openapi.json'],
  ...['salford', 'bradford', 'hounslow', 'wiltshire'].flatMap((area) => [
    `/v1/findings?area=${area}&limit=25`,
    `/v1/areas/${area}`,
    `/areas/${area}`,
  ]),
  ...['/v1/findings?limit=25', '/v1/findings?kind=strength', '/v1/findings?agency=police&limit=25'],
  '/v1/findings/crosstab?rows=area&cols=theme',
]
const mistakes = ['limit=0', 'area=slaford', 'sort=date', 'published_from=1', 'colour=red']

/** The addresses of a walk through all findings, five at a time. */
async function walk(url: string): Promise<string[]> {
  const addresses = []
  for (let next: string | null = `${url}/v1/findings?limit=5`; next !== null; ) {
    const { page }: { page: { next: string | null } } = await askJson(next)
    if (page.next !== null) addresses.push(page.next.slice(url.length))
    next = page.next
  }
  return addresses
}

interface Known {
  readonly path: string
  readonly etag: string
  readonly body: Buffer
  /** The body where it is ASCII, which can be compared whatever the pieces it comes in. */
  readonly text: string | undefined
}

async function readKnown(url: string): Promise<Known[]> {
  const known = []
  for (const path of popular) {
    const { status, headers, body } = await ask(url + path)
    if (status !== 200 || headers.etag === undefined) throw new Error(`${path}: ${status}`)
    const text = body.every((byte) => byte < 128) ? body.toString() : undefined
    known.push({ path, etag: headers.etag, body, text })
  }
  return known
}

/** Of a hundred requests: 60 known answers, half of them compressed; 28 validators; 3 each of mistakes, pages, words, new. */
function mix(known: readonly Known[], pages: readonly string[]): () => Shot {
  let n = 0
  const pick = <T>(from: readonly T[], at: number): T => {
    const one = from[at % from.length]
    if (one === undefined) throw new Error('there is nothing to ask')
    return one
  }
  return () => {
    n += 1
    const [kind, turn] = [(n * 37) % 100, Math.floor(n / 100)]
    const { path, etag, text } = pick(known, n)
    if (kind < 30) return { path, status: 200, ...(text === undefined ? {} : { body: text }) }
    if (kind < 60) return { path, status: 200, headers: { 'accept-encoding': pick(['gzip', 'br'], turn) } }
    if (kind < 88) return { path, status: 304, headers: { 'if-none-match': etag } }
    if (kind < 91) return { path: `/v1/findings?${pick(mistakes, turn)}`, status: 400 }
    if (kind < 94) return { path: pick(pages, turn * 5 + kind), status: 200 }
    if (kind < 97) return { path: `/v1/findings?q=${pick(words, turn)}+or+x${n}&limit=25`, status: 200 }
    return { path: addressOf(questionAt(n, agencies)), status: 200 }
  }
}

async function settle(server: Running['server']): Promise<number> {
  await sleep(3_000)
  return residentOf(server)
}

await withDatabase((databaseUrl) =>
  withShipped(databaseUrl, async (running) => {
    const { server, url } = running
    const known = await readKnown(url)
    const next = mix(known, await walk(url))
    await loadMany(running, next, { amount: few })
    const early = await settle(server)
    await loadMany(running, next, { amount: requests - few })
    const late = await settle(server)
    for (const { path, body } of known) deepStrictEqual((await ask(url + path)).body, body, path)
    const name = `memory after ${requests.toLocaleString('en')} requests`
    const bar = { bar: 1.2, direction: 'at most', unit: 'x' } as const
    report({ name: `${name}, to that after ${few.toLocaleString('en')}`, value: late / early, ...bar })
    report({ name, unit: 'MB', value: late })
  }),
)
