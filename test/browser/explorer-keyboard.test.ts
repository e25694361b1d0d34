// The pages by keyboard alone, in a real browser: where the focus goes, that it is seen, and that nothing covers it.
import type { Page } from 'playwright-core'
import t from 'tap'
import { openBrowser, untilTrue } from '../support/browser.ts'
import { serveExplorer } from '../support/explorer.ts'
import { sendVisitor, withAndWithoutScript } from '../support/visitor.ts'

const { url } = await serveExplorer(t)
const browser = await openBrowser(t)

/**
 * Gives the focus to everything that takes it, in the order of the page and back, and tells what a reader who looks for
 * it would miss: its middle must be seen. Of a link broken over lines the first is looked at. Scrolls as Tab does, in a
 * twentieth of the time.
 */
const walk = `(() => {
  const stops = [...document.querySelectorAll('a, button, input, select, summary, [tabindex="0"]')]
    .filter((one) => one.checkVisibility())
  const look = (one) => {
    one.focus({ focusVisible: true })
    if (document.activeElement !== one) return ['takes no focus']
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    const [line] = one.getClientRects()
    const middle = (from, to, size) => (to - from > size ? (Math.max(from, 0) + Math.min(to, size)) / 2 : (from + to) / 2)
    const there = document.elementFromPoint(middle(line.left, line.right, innerWidth), middle(line.top, line.bottom, innerHeight))
    if (there === null) return ['is outside the window']
    return [
      ...(outlineStyle === 'none' || parseFloat(outlineWidth) < 2 ? ['has no outline'] : []),
      ...(one.contains(there) ? [] : ['is covered by ' + there.outerHTML.slice(0, 80)]),
    ]
  }
  const faultsOf = (one) => look(one).map((fault) => one.outerHTML.slice(0, 120) + ' ' + fault)
  return { stops: stops.length, faults: [...stops, ...stops.toReversed()].flatMap(faultsOf) }
})()`

const active = (page: Page, what: string) => page.evaluate<string>(`document.activeElement.${what}`)

for (const [how, javaScriptEnabled] of withAndWithoutScript) {
  t.test(`${how}, the first stop skips to the content`, async (t) => {
    const { page } = await sendVisitor(t, browser, `${url}/findings`, { javaScriptEnabled })
    await page.keyboard.press('Tab')
    t.equal(await active(page, 'textContent'), 'Skip to the content')
    t.ok(await page.evaluate('document.activeElement.getBoundingClientRect().left >= 0'), 'it is to be seen')
    await page.keyboard.press('Enter')
    t.equal(await active(page, 'id'), 'main')
    await page.keyboard.press('Tab')
    t.equal(await active(page, 'textContent'), 'Skip the filters')
    await page.keyboard.press('Enter')
    t.equal(await active(page, 'id'), 'results')
    await page.keyboard.press('Tab')
    t.ok(await page.evaluate('document.activeElement.closest(".results") !== null'))
  })
}

t.test('a question is asked without a mouse', async (t) => {
  const { page } = await sendVisitor(t, browser, url)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const until = async (name: string) => {
    for (let stops = 0; stops < 60; stops++) {
      await page.keyboard.press('Tab')
      if ((await active(page, 'closest("label, button")?.textContent.trim()')) === name) return
    }
    throw new Error(`${name} cannot be reached`)
  }
  for (const area of ['Bradford', 'Hounslow']) {
    await until(area)
    await page.keyboard.press('Space')
  }
  await until('Police')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/findings?*')
  t.same(
    [...new URL(page.url()).searchParams].flat().filter((word) => !/^(area|agency|kind)$/.test(word)),
    ['area_for_improvement', 'bradford', 'hounslow', 'police'],
  )
})

for (const path of ['/', '/findings']) {
  for (const width of [1_280, 320]) {
    t.test(`on ${path}, ${width} pixels wide, the focus is always seen`, async (t) => {
      // Smooth scrolling would still be on its way when it is looked at.
      const options = { viewport: { width, height: 640 }, reducedMotion: 'reduce' } as const
      const { page } = await sendVisitor(t, browser, url + path, options)
      const { stops, faults } = await page.evaluate<{ stops: number; faults: string[] }>(walk)
      t.ok(stops > 100)
      t.same(faults, [])
      t.equal(
        await page.locator('[tabindex]:not([tabindex="0"], [tabindex="-1"])').count(),
        0,
        'in its order',
      )
    })
  }
}

t.test(
  'the table of themes and agencies scrolls by arrow keys where it is wider than the window',
  async (t) => {
    const { page } = await sendVisitor(t, browser, url, { viewport: { width: 320, height: 640 } })
    const region = page.getByRole('region', { name: /In how many of/ })
    await region.focus()
    t.equal(await page.evaluate('document.querySelector(".scroll").scrollLeft'), 0)
    await page.keyboard.press('ArrowRight')
    await untilTrue(page, 'document.querySelector(".scroll").scrollLeft > 0')
    t.pass('it has scrolled')
  },
)
