// npm run check:imports: holds the import graph against .dependency-cruiser.cjs; fails also when it saw no modules.
import { execFileSync } from 'node:child_process'
import { usageError } from '../errors.ts'
import { run } from './run.ts'

const fewest = 50

await run(async () => {
  const said = execFileSync('depcruise', ['src', 'migrations', 'seeds', '--output-type', 'json'], {
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  })
  const { summary }: { summary: Summary } = JSON.parse(said)
  const violations = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
  if (violations.length > 0) throw usageError(violations.join('\n'))
  if (summary.totalDependenciesCruised < fewest || summary.totalCruised < fewest) {
    throw usageError(`Only ${summary.totalCruised} modules were seen: the check checks nothing.`)
  }
  return `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, every one the right way.`
})

interface Summary {
  readonly violations: readonly { rule: { name: string }; from: string; to: string }[]
  readonly totalCruised: number
  readonly totalDependenciesCruised: number
}
