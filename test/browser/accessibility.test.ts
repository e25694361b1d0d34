// Every kind of page under axe, in light and dark, on a desk and at 320 pixels.
import axe from 'axe-core'
import t from 'tap'
import { openBrowser, openPage } from '../support/browser.ts'
import { pagePaths, problemPaths, serveExplorer } from '../support/explorer.ts'

t.setTimeout(300_000) // axe reads four renderings of each page
const { url } = await serveExplorer(t)
const browser = await openBrowser(t)

const listViolations = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 150)).join(' | ')))`

for (const path of [...pagePaths, ...problemPaths.map(([path]) => path)]) {
  t.test(`axe finds nothing on ${path}`, async (t) => {
    const { page } = await openPage(browser, url + path)
    await page.evaluate(axe.source)
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1_280, 320]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        t.same(await page.evaluate<string[]>(listViolations), [], `${colorScheme}, ${width} pixels wide`)
      }
    }
    await page.close()
  })
}
