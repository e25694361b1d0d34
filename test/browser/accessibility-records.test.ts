// Accessibility of the other pages, and of those that say what is wrong.
import t from 'tap'
import { expectNoViolations } from '../support/axe.ts'
import { isOfFindings, pagePaths, problemPaths } from '../support/explorer.ts'

await expectNoViolations(t, [
  ...pagePaths.filter((path) => !isOfFindings(path)),
  ...problemPaths.map(([path]) => path),
])
