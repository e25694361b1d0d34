// Leaving in a hurry, in a real browser: what the subject may demand of a reader's own life.
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { exitAddress } from '../../src/explorer/frame/help.ts'
import { openBrowser } from '../support/browser.ts'
import { pagePaths, serveExplorer } from '../support/explorer.ts'
import { sendVisitor, withAndWithoutScript } from '../support/visitor.ts'

const { url } = await serveExplorer(t)
const browser = await openBrowser(t)
const path = '/findings/salford-2016-101'

const exitLink = (page: Page) => page.getByRole('link', { name: /Exit this page/ })
const status = (page: Page) => page.locator('#exit-status').innerText()

/** Whether a finger on the middle of the way out would hit it. */
const exitIsOnTop = `(() => {
  const { x, y, width, height } = document.getElementById('exit').getBoundingClientRect()
  return document.elementFromPoint(x + width / 2, y + height / 2)?.closest('#exit')?.id === 'exit'
})()`

async function pressAll(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

/** Checks that the reader is elsewhere, and that their way back does not lead to the page they left. */
async function checkGone(t: Test, page: Page): Promise<void> {
  await page.waitForURL(exitAddress)
  t.equal(await page.evaluate('document.referrer'), '', 'not told where they come from')
  await page.goBack()
  t.equal(page.url(), 'about:blank', 'the page is not in the history')
}

t.test('a click leaves and puts the other page in the place of this one', async (t) => {
  const { page, outside } = await sendVisitor(t, browser, url + path)
  await exitLink(page).click()
  await checkGone(t, page)
  t.same(
    outside.map((request) => request.url()),
    [exitAddress],
  )
  t.equal(await outside[0]?.headerValue('referer'), null)
})

t.test('Enter on the way out leaves as a click does', async (t) => {
  const { page } = await sendVisitor(t, browser, url + path)
  await exitLink(page).focus()
  await page.keyboard.press('Enter')
  await checkGone(t, page)
})

t.test('Escape three times leaves, also out of a field, and says how often is left', async (t) => {
  const { page } = await sendVisitor(t, browser, `${url}/findings`)
  t.equal(await status(page), '')
  await page.getByLabel('Words to find').fill('help')
  await pressAll(page, ['Escape'])
  t.equal(await status(page), 'Press Escape 2 more times to exit')
  await pressAll(page, ['Escape'])
  t.equal(await status(page), 'Press Escape 1 more time to exit')
  await pressAll(page, ['Escape'])
  await checkGone(t, page)
})

t.test('Escape twice and another key does not leave, and begins anew', async (t) => {
  const { page, outside } = await sendVisitor(t, browser, url + path)
  await pressAll(page, ['Escape', 'Escape', 'a'])
  t.equal(await status(page), '')
  await pressAll(page, ['Escape', 'Escape'])
  t.equal(await status(page), 'Press Escape 1 more time to exit')
  t.equal(page.url(), url + path)
  t.same(outside, [])
  await pressAll(page, ['Escape'])
  await checkGone(t, page)
})

t.test('Escape held down does not leave', async (t) => {
  const { page, outside } = await sendVisitor(t, browser, url + path)
  for (let held = 0; held < 5; held++) await page.keyboard.down('Escape')
  t.equal(await status(page), 'Press Escape 2 more times to exit')
  t.same(outside, [])
})

t.test('nothing of the page is to be seen while the other one is slow', async (t) => {
  const { page, context } = await sendVisitor(t, browser, url + path)
  await context.unrouteAll()
  await context.route(exitAddress, () => undefined) // never answered
  const seen = await page.evaluate(`(() => {
    document.getElementById('exit').click()
    return [document.title, document.querySelector('h1').checkVisibility()]
  })()`)
  t.same(seen, ['Weather', false])
})

t.test('without JavaScript the way out is a link that leads away', async (t) => {
  const { page, outside } = await sendVisitor(t, browser, url + path, { javaScriptEnabled: false })
  t.notMatch(await exitLink(page).innerText(), 'Esc', 'what does not work is not offered')
  await exitLink(page).click()
  await page.waitForURL(exitAddress)
  t.equal(await page.evaluate('document.referrer'), '')
  t.equal(outside.length, 1)
})

for (const [how, javaScriptEnabled] of withAndWithoutScript) {
  const width = javaScriptEnabled ? 1_280 : 320
  t.test(`${how}, ${width} pixels wide, every page shows the way out and keeps to itself`, async (t) => {
    const options = { javaScriptEnabled, viewport: { width, height: 640 } }
    const { page, context, complaints, outside } = await sendVisitor(t, browser, url, options)
    for (const path of pagePaths) {
      await page.goto(url + path)
      t.ok(await page.evaluate(exitIsOnTop), path)
      await page.evaluate('scrollTo({ top: document.body.scrollHeight, behavior: "instant" })')
      t.ok(await page.evaluate(exitIsOnTop), `${path} at its end`)
      const kept = await page.evaluate(`Promise.all([
        localStorage.length, sessionStorage.length, document.cookie.length,
        indexedDB.databases().then(({ length }) => length), caches.keys().then(({ length }) => length),
      ])`)
      t.same(kept, [0, 0, 0, 0, 0], `${path} leaves nothing in the browser`)
    }
    t.same(await context.cookies(), [])
    t.same(
      outside.map((request) => request.url()),
      [],
      'no other server is asked',
    )
    t.same(complaints, [], 'neither errors nor breaches of the content security policy')
  })
}
