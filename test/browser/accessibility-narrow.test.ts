// Accessibility of the pages on the narrowest screen, or at 400 % on a desk.
import t from 'tap'
import { expectNoViolations } from '../support/axe.ts'

await expectNoViolations(t, 320)
