// Laws: what must hold for whatever fast-check comes up with, as one assertion that shows the smallest counterexample.
import fc from 'fast-check'
import type { Test } from 'tap'

export function checkLaw<Ts>(t: Test, law: fc.IProperty<Ts>, parameters: fc.Parameters<Ts> = {}): void {
  const details = fc.check(law, parameters)
  const { failed, numRuns } = details
  t.notOk(failed, fc.defaultReportMessage(details) ?? `holds in ${numRuns} cases`)
}
