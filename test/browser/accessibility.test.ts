// Accessibility of the overview and of every state of the list of findings.
import t from 'tap'
import { expectNoViolations } from '../support/axe.ts'
import { isOfFindings, pagePaths } from '../support/explorer.ts'

await expectNoViolations(t, pagePaths.filter(isOfFindings))
