// Debian's Chromium, and the pages of other origins it opens: what a dashboard author's readers have.
import { createServer } from 'node:http'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
// Nothing but what the pages ask for may leave the machine.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Visit {
  readonly page: Page
  /** What the console says as an error, and exceptions nobody caught, so far. */
  readonly errors: readonly string[]
}

/** Starts a browser; closed when the test ends. */
export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args, headless: true })
  t.teardown(() => browser.close())
  return browser
}

/** Opens a page in a browser of its own, without cache or cookies of another; closed when the test ends. */
export const visit = async (t: Test, url: string): Promise<Visit> => openPage(await openBrowser(t), url)

/** Opens a page that shares nothing with others of the browser. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const page = await browser.newPage(options)
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  return { page, errors }
}

/**
 * Resolves once an expression holds in a page. Playwright's own wait evaluates the text anew each time, which the policy of
 * our pages forbids from the second time on.
 */
export const untilTrue = (page: Page, expression: string): Promise<unknown> =>
  page.evaluate(`new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(${JSON.stringify(`never: ${expression}`)})), 20_000)
    const look = () => ((${expression}) ? resolve() : requestAnimationFrame(look))
    look()
  })`)

/** Serves a page at an origin of its own and answers with its address; gone when the test ends. */
export async function servePage(t: Test, html: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html)
  })
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the page has no address')
  return `http://127.0.0.1:${address.port}/`
}
