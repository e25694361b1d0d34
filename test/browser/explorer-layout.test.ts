// The pages where there is little room, on paper, and as readers have set their browsers.
import type { Page } from 'playwright-core'
import t from 'tap'
import type { List } from '../support/app.ts'
import { openBrowser, untilTrue } from '../support/browser.ts'
import { pagePaths, problemPaths, serveExplorer } from '../support/explorer.ts'
import { listedOn, sendVisitor, withAndWithoutScript } from '../support/visitor.ts'

interface Finding {
  readonly id: string
  readonly evidence: readonly { readonly url: string }[]
}

const question = 'agency=police&area=bradford,hounslow&kind=area_for_improvement'
const explorer = await serveExplorer(t)
const { url } = explorer
const browser = await openBrowser(t)
const answer = await explorer.read<List<Finding>>(`/v1/findings?${question}&limit=25`)
const phone = { viewport: { width: 320, height: 640 } }

/** Whatever is wider than the window, but for what stands in a region that scrolls by itself. */
const stickingOut = `[...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('.scroll, .skip, .hidden, .hidden-until-focus') && !one.matches('svg *'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 && one.checkVisibility())
  .map((one) => one.outerHTML.slice(0, 120))`

/**
 * Targets that are hard to hit, by WCAG 2.5.8: below 24 by 24 CSS pixels and less than 24 from the next, but for links
 * in a sentence. What is made to be pressed is never below. A box to tick is as large as its label.
 */
const smallTargets = `(() => {
  const strict = 'button, .button, .chip, .heatmap td a, label, select, input, summary, .switch a, #exit'
  const isInSentence = (one) => !one.matches(strict) && getComputedStyle(one).display === 'inline' &&
    [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && /[\\w]/.test(node.data))
  const targets = [...document.querySelectorAll('a, button, input, select, summary')]
    .map((one) => one.closest('label') ?? one)
    .filter((one) => one.checkVisibility() && !one.closest('.skip, .hidden-until-focus, #exit'))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
  const isSmall = ({ box }) => box.width < 24 || box.height < 24
  const isFar = ({ x, y, width, height }, { one, box }) => {
    const [across, down] = [x + width / 2, y + height / 2]
    if (isSmall({ box })) return Math.hypot(across - box.x - box.width / 2, down - box.y - box.height / 2) >= 24
    return [...one.getClientRects()].every(({ left, right, top, bottom }) =>
      Math.hypot(Math.max(left - across, 0, across - right), Math.max(top - down, 0, down - bottom)) >= 12)
  }
  return targets
    .filter((target) => isSmall(target) && !isInSentence(target.one))
    .filter(({ one, box }) => one.matches(strict) || targets.some((other) => other.one !== one && !isFar(box, other)))
    .map(({ one, box }) => Math.round(box.width) + ' by ' + Math.round(box.height) + ': ' + one.outerHTML.slice(0, 120))
})()`

for (const [how, javaScriptEnabled] of withAndWithoutScript) {
  t.test(`${how}, 320 pixels are enough: nothing scrolls sideways, targets can be hit`, async (t) => {
    const { page } = await sendVisitor(t, browser, url, { ...phone, javaScriptEnabled })
    for (const path of [...pagePaths, ...problemPaths.map(([path]) => path)]) {
      await page.goto(url + path)
      const widths = await page.evaluate('[document.documentElement.scrollWidth, document.body.scrollWidth]')
      t.same(widths, [320, 320], path)
      t.same(await page.evaluate(stickingOut), [], `nothing sticks out of ${path}`)
      t.same(await page.evaluate(smallTargets), [], `targets of ${path}`)
    }
  })

  t.test(`${how}, three presses on a phone lead to an answer`, async (t) => {
    const { page } = await sendVisitor(t, browser, url, { ...phone, javaScriptEnabled, hasTouch: true })
    await page.getByLabel('Bradford', { exact: true }).tap()
    await page.getByLabel('Hounslow', { exact: true }).tap()
    await page.getByRole('button', { name: 'Police', exact: true }).tap()
    await page.waitForURL('**/findings?*')
    t.same(
      await listedOn(page),
      answer.data.map(({ id }) => id),
    )
    t.notOk(await page.locator('#filter-area').isVisible(), 'the filters are folded, not in the way')
    await page.getByText('Filters', { exact: true }).tap()
    t.ok(await page.locator('#filter-area').isVisible())
  })
}

const visibleOf = (page: Page, selector: string) => page.locator(`${selector} >> visible=true`).count()

t.test('paper shows what is to be read, and the addresses it stands at', async (t) => {
  const { page } = await sendVisitor(t, browser, url)
  await page.emulateMedia({ media: 'print' })
  for (const path of ['/', `/findings?${question}`]) {
    await page.goto(url + path)
    for (const selector of ['nav', '.exit', '.skip', 'form', 'button', '.button', '.help'])
      t.equal(await visibleOf(page, selector), 0, `${path} without ${selector}`)
  }
  t.equal(await visibleOf(page, '.finding__text'), answer.data.length)
  t.equal(await visibleOf(page, '#citation-text'), 1)
  t.equal(await visibleOf(page, '.caveats'), 1)
  const addresses = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.finding__foot a[rel]')].map((one) => getComputedStyle(one, '::after').content)`,
  )
  t.equal(addresses.length, answer.data.length)
  for (const [at, { evidence }] of answer.data.entries()) t.match(addresses[at], evidence[0]?.url)
})

for (const [path, most] of [
  ['/', 5],
  [`/findings?${question}`, 8],
  ['/findings/salford-2016-101', 2],
  ['/areas/salford', 4],
  ['/about', 4],
] as const) {
  t.test(`${path} is printed on ${most} sheets at most`, async (t) => {
    const { page } = await sendVisitor(t, browser, url + path)
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
    const sheets = [...pdf.matchAll(/\/Type \/Page\b/g)].length
    t.ok(sheets >= 1 && sheets <= most, `${sheets} sheets`)
  })
}

t.test('who wants no motion gets none', async (t) => {
  const { page } = await sendVisitor(t, browser, `${url}/findings/salford-2016-101`)
  const button = page.locator('.take .button').first()
  const isSmooth = () =>
    page.evaluate('getComputedStyle(document.documentElement).scrollBehavior === "smooth"')
  await page.evaluate('addEventListener("transitionrun", () => { window.moved = (window.moved ?? 0) + 1 })')

  await page.emulateMedia({ reducedMotion: 'reduce' })
  await button.hover()
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
  await page.mouse.move(0, 0)
  t.equal(await page.evaluate('window.moved'), undefined)
  t.notOk(await isSmooth())

  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await button.hover()
  await untilTrue(page, 'window.moved > 0')
  t.ok(await isSmooth(), 'the others get some')
})

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`forced colours, ${colorScheme}, leave bars and numbers to be seen`, async (t) => {
    const { page } = await sendVisitor(t, browser, url, { forcedColors: 'active', colorScheme })
    t.ok(await page.evaluate('matchMedia("(forced-colors: active)").matches'))
    const faint = await page.evaluate(`(() => {
      const canvas = getComputedStyle(document.body).backgroundColor
      const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      const light = (colour) => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).map((value) => channel(value / 255))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
      }
      const contrast = (a, b) => Math.max(light(a) / light(b), light(b) / light(a))
      const fills = [...document.querySelectorAll('.bar rect:last-child, .fieldwork, .letter')]
        .filter((one) => contrast(getComputedStyle(one)[one.tagName === 'line' ? 'stroke' : 'fill'], canvas) < 3)
      const numbers = [...document.querySelectorAll('.heatmap td a')].filter((one) => {
        const cell = getComputedStyle(one.parentElement).backgroundColor
        return contrast(getComputedStyle(one).color, cell === 'rgba(0, 0, 0, 0)' ? canvas : cell) < 4.5
      })
      return [...fills, ...numbers].map((one) => one.outerHTML)
    })()`)
    t.same(faint, [])
  })
}
