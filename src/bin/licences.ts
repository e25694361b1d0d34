// The licences packages may have. Read by the gate check:licences and its test.
import satisfies from 'spdx-satisfies'
import type { Locked } from './lockfile.ts'

/** Of what is shipped: anyone may run it, change it and pass it on, for no more than a notice. */
const shipped = ['Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Zlib']

/** Of tools as well, which are run here and never passed on. */
const tools = [...shipped, '0BSD', 'CC-BY-3.0', 'CC0-1.0', 'MPL-2.0', 'Python-2.0', 'Unlicense']

/** Read by a person in the licence file of a package whose package.json does not name it. */
const readByHand: Readonly<Record<string, string>> = {
  'jsonc-simple-parser@3.0.0': 'MIT',
  'reserved@0.1.2': 'MIT',
}

/** A line for each package whose licence is not allowed, and for each one read by hand that is needed no more. */
export function findLicenceFaults(packages: readonly Locked[]): readonly string[] {
  const withoutLicence = packages.filter(({ license }) => license === undefined).map(idOf)
  const unneeded = Object.keys(readByHand).filter((id) => !withoutLicence.includes(id))
  return [
    ...packages.filter((one) => !isAllowed(licenceOf(one), one.dev === true ? tools : shipped)).map(describe),
    ...unneeded.map((id) => `${id}: read by hand, but it names its licence or is there no more`),
  ]
}

const idOf = ({ name, version }: Locked): string => `${name}@${version}`
const licenceOf = (one: Locked): unknown => one.license ?? readByHand[idOf(one)]
const describe = (one: Locked): string =>
  `${idOf(one)}: ${licenceOf(one) ?? 'names no licence'}${one.dev === true ? ' (a tool)' : ''}`

function isAllowed(licence: unknown, allowed: readonly string[]): boolean {
  if (typeof licence !== 'string') return false
  try {
    return satisfies(licence, allowed)
  } catch {
    return false // not an SPDX expression
  }
}
