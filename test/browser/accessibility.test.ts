// Accessibility of the pages on a desk.
import t from 'tap'
import { expectNoViolations } from '../support/axe.ts'

await expectNoViolations(t, 1_280)
