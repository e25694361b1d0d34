// npm run check:licences: fails if a package in package-lock.json has a licence that licences.ts does not allow.
import { usageError } from '../errors.ts'
import { findLicenceFaults } from './licences.ts'
import { readLockfile } from './lockfile.ts'
import { run } from './run.ts'

await run(async () => {
  const packages = readLockfile()
  const faults = findLicenceFaults(packages)
  if (faults.length > 0) throw usageError(faults.join('\n'))
  const shipped = packages.filter(({ dev }) => dev !== true).length
  return `${packages.length} packages, ${shipped} of them shipped, every licence allowed.`
})
