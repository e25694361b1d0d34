// content_sha256 can be recomputed by anyone from the answers of the API, as docs/codebook.md says.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import t from 'tap'
import { type Item, type List, openApp, type TestApp } from '../support/app.ts'

type Row = Readonly<Record<string, unknown>>

interface Service {
  readonly release: { readonly version: string; readonly content_sha256: string }
  readonly inspectorates: readonly Row[]
  readonly programmes: readonly Row[]
}

const without = (names: readonly string[]) => (row: Row) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))

async function readWhole(api: TestApp, address: string, leaveOut: readonly string[]): Promise<Row[]> {
  const { data, page } = await api.read<List<Row>>(address)
  const rest = page.next === null ? [] : await readWhole(api, page.next, leaveOut)
  return [...data.map(without(leaveOut)), ...rest]
}

for (const template of ['fixture', 'real'] as const) {
  t.test(`the checksum of the ${template} data set is that of its answers`, async (t) => {
    const api = await openApp(t, template)
    const { data: service } = await api.read<Item<Service>>('/v1')
    const pinned = `/v1/releases/${service.release.version}`
    const content: Record<string, unknown> = {
      inspectorates: service.inspectorates,
      programmes: service.programmes,
      findings: await readWhole(api, `${pinned}/findings?limit=20`, ['url']),
    }
    for (const name of ['agencies', 'areas', 'inspections', 'publications', 'themes']) {
      content[name] = await readWhole(api, `${pinned}/${name}`, ['counts', 'links'])
    }
    const sha256 = createHash('sha256')
      .update(canonicalize(content) ?? '')
      .digest('hex')
    t.equal(sha256, service.release.content_sha256)
  })
}
