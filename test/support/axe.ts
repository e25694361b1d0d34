// Pages under axe, in light and dark, on a desk and on the narrowest screen (or at 400 %).
import axe from 'axe-core'
import type { Test } from 'tap'
import { openBrowser, openPage } from './browser.ts'
import { serveExplorer } from './explorer.ts'

const listViolations = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 150)).join(' | ')))`

export async function expectNoViolations(t: Test, paths: readonly string[]): Promise<void> {
  const { url } = await serveExplorer(t)
  const browser = await openBrowser(t)
  for (const path of paths) {
    t.test(`axe finds nothing on ${path}`, async (t) => {
      const { page } = await openPage(browser, url + path)
      await page.evaluate(axe.source)
      for (const width of [1_280, 320]) {
        await page.setViewportSize({ width, height: 900 })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          const violations = await page.evaluate<string[]>(listViolations)
          t.same(violations, [], `${colorScheme}, ${width} pixels wide`)
        }
      }
      await page.close()
    })
  }
}
