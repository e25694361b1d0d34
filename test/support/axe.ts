// Every kind of page under axe, in light and dark, at one width.
import axe from 'axe-core'
import type { Test } from 'tap'
import { openBrowser, openPage } from './browser.ts'
import { pagePaths, problemPaths, serveExplorer } from './explorer.ts'

const listViolations = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 150)).join(' | ')))`

export async function expectNoViolations(t: Test, width: number): Promise<void> {
  const { url } = await serveExplorer(t)
  const browser = await openBrowser(t)
  for (const path of [...pagePaths, ...problemPaths.map(([path]) => path)]) {
    t.test(`axe finds nothing on ${path} at ${width} pixels`, async (t) => {
      const { page } = await openPage(browser, url + path)
      await page.setViewportSize({ width, height: 900 })
      await page.evaluate(axe.source)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        t.same(await page.evaluate<string[]>(listViolations), [], colorScheme)
      }
      await page.close()
    })
  }
}
