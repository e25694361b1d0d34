// Every kind of page under axe, in light and dark, on a desk and at 320 pixels.
import axe from 'axe-core'
import t from 'tap'
import { openBrowser, openPage } from '../support/browser.ts'
import { pagePaths, problemPaths, serveExplorer } from '../support/explorer.ts'

const { url } = await serveExplorer(t)
const browser = await openBrowser(t)
const paths = [...pagePaths, ...problemPaths.map(([path]) => path)]

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1_280, 320]) {
    t.test(`axe finds nothing, ${colorScheme}, ${width} pixels wide`, async (t) => {
      for (const path of paths) {
        const { page } = await openPage(browser, url + path, {
          colorScheme,
          viewport: { width, height: 900 },
        })
        await page.evaluate(axe.source)
        const violations = await page.evaluate<string[]>(
          `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 150)).join(' | ')))`,
        )
        t.same(violations, [], path)
        await page.close()
      }
    })
  }
}
