// npm run check:contract: openapi/v1.json breaks no client of the last version; its contract is kept beside it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usageError } from '../errors.ts'
import { findBreakingChanges } from './breaking-changes.ts'
import { run } from './run.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi', name), 'utf8'))

await run(async () => {
  const [released, current] = [read('v1.released.json'), read('v1.json')]
  const paths = Object.keys(released.paths)
  if (paths.length === 0) throw usageError('openapi/v1.released.json has no paths: the check checks nothing.')
  const changes = findBreakingChanges(released, current)
  if (changes.length > 0) {
    throw usageError(
      `${changes.length} change(s) would break clients of ${released.info.version} (docs/api-stability.md):\n${changes.join('\n')}`,
    )
  }
  return `${paths.length} paths of ${released.info.version} are as they were, or more.`
})
