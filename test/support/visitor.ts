// A visitor of the explorer: a browser window of their own, from which nothing reaches another server.
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import type { Test } from 'tap'

export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** What the console says as an error or a warning, and exceptions nobody caught, so far. */
  readonly complaints: readonly string[]
  /** What was asked of other servers so far; each was answered with an empty page. */
  readonly outside: readonly Request[]
}

export const withAndWithoutScript = [
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const

/** Opens an address in a window that shares nothing with others; closed when the test ends. */
export async function sendVisitor(
  t: Test,
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options })
  t.teardown(() => context.close())
  context.setDefaultTimeout(10_000)
  const complaints: string[] = []
  const outside: Request[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  await context.route(
    (asked) => asked.origin !== new URL(address).origin,
    (route) => {
      outside.push(route.request())
      return route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html><title>Elsewhere</title>' })
    },
  )
  const page = await context.newPage()
  await page.goto(address)
  return { page, context, complaints, outside }
}

/** The identifiers of the findings a page lists, in its order. */
export const listedOn = (page: Page): Promise<string[]> =>
  page.evaluate('[...document.querySelectorAll(".finding")].map(({ id }) => id)')
