// How long a warm server takes for each page, and how much it sends: node bench/pages.ts. Prints ratios to what a page
// may take: 20 ms at the median, 60 kB compressed with the style and the script it loads.
import { get } from 'node:http'
import { pagePaths } from '../test/support/explorer.ts'
import { withServer } from './server.ts'

const mostTime = 20
const mostBytes = 60_000
const rounds = 100

interface Answer {
  readonly status: number
  readonly bytes: number
  readonly time: number
}

/** The time until the whole answer has come, which holds the way through the loopback too. */
function ask(url: string): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br', accept: 'text/html' } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes, time: performance.now() - began }),
      )
    }).once('error', reject)
  })
}

const medianOf = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0

/** The median over several addresses, one after another, as many rounds as asked for. */
async function medianTime(urls: readonly string[]): Promise<number> {
  const times = []
  for (const url of urls) {
    const { status, time } = await ask(url)
    if (status !== 200) throw new Error(`${url}: ${status}`)
    times.push(time)
  }
  return medianOf(times)
}

const ratio = (value: number, most: number): string => (value / most).toFixed(2).padStart(6)

await withServer(async ({ url }) => {
  const assets = await Promise.all(
    ['/explorer.css', '/explorer.js', '/icon.svg'].map((path) => ask(url + path)),
  )
  const assetBytes = assets.reduce((sum, { bytes }) => sum + bytes, 0)
  process.stdout.write(
    `  time  bytes  (1.00 is the most a page may take: ${mostTime} ms, ${mostBytes} bytes)\n`,
  )
  for (const path of pagePaths) {
    const { bytes } = await ask(url + path)
    const time = await medianTime(Array.from({ length: rounds }, () => url + path))
    process.stdout.write(`${ratio(time, mostTime)} ${ratio(bytes + assetBytes, mostBytes)}  ${path}\n`)
  }
  // No two of these questions are alike: nothing of their counts can be remembered.
  const day = (at: number) => new Date(Date.UTC(2000, 0, 1 + at)).toISOString().slice(0, 10)
  const asked = (filters: string) =>
    Array.from({ length: rounds }, (_, at) => `${url}/findings?published_from=${day(at)}${filters}`)
  for (const filters of ['', '&agency=police&kind=strength', '&q=risk']) {
    process.stdout.write(
      `${ratio(await medianTime(asked(filters)), mostTime)}      –  /findings?published_from=…${filters}, never asked before\n`,
    )
  }
})
