// Every operation, held against what the contract declares: good answers, and each error that can be provoked.
import t from 'tap'
import { parse } from 'yaml'
import { buildApp } from '../../src/app.ts'
import { openReader } from '../../src/db/client.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { type List, openApp, testConfig } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { findMistakes, operations } from '../support/contract.ts'

const api = await openApp(t, 'fixture')
const dead = openReader('postgres://nobody@localhost/nothing?host=/nowhere')
const { reader: blank } = await createDatabase(t, 'blank')
const withoutDatabase = await buildApp({
  config: testConfig,
  db: dead,
  catalogue: api.catalogue,
  metrics: openMetrics(),
})
const withoutTables = await buildApp({
  config: testConfig,
  db: blank,
  catalogue: api.catalogue,
  metrics: openMetrics(),
})
// Keeps nothing and allows one answer: the second is one too many.
const spent = await buildApp({
  config: { ...testConfig, rateLimit: 1, cacheMegabytes: 0 },
  ...{ db: api.database.reader, catalogue: api.catalogue, metrics: openMetrics() },
})
const spentUrl = await spent.listen({ host: '127.0.0.1', port: 0 })
t.teardown(async () => {
  await spent.close()
  await Promise.all([withoutDatabase.close(), withoutTables.close()])
  await dead.destroy()
})

const identifiers: Readonly<Record<string, readonly string[]>> = {
  areas: ['northmoor', 'pont-ecoute'],
  inspections: ['northmoor-2016', 'sankt-anna-2016'],
  publications: ['letter-northmoor-2016', 'news-undated'],
  agencies: ['health', 'night-nursing'],
  themes: ['planning', 'weather'],
  findings: ['northmoor-2016-009', 'overview-2017-005'],
  problems: ['gone', 'internal-error'],
}

const queries: Readonly<Record<string, readonly string[]>> = {
  findings: [
    '?limit=3',
    '?limit=500&expand=area,inspection,agencies,themes,publications',
    '?fields=id,evidence&sort=id&limit=7',
    '?q=children&sort=relevance&limit=2',
    '?scope=national&area=northmoor',
  ],
  diff: ['?limit=3', '?from=1.0.0'],
  changes: ['?limit=3', '?type=corrected,withdrawn&entity=finding', '?inspection=northmoor-2016&limit=500'],
  publications: ['?type=inspection_letter&sort=published_on', '?published_from=2017-01-01'],
  finding: ['?fields=id', '?expand=agencies,themes,publications,area,inspection'],
}

const fileNames = (await api.read<List<{ readonly name: string }>>('/v1/releases/1.1.0/files')).data.map(
  ({ name }) => name,
)

/** What an address cannot do without. */
const needed: Readonly<Record<string, string>> = {
  crosstab: '?rows=agency&cols=kind',
  citation: '?url=%2Fv1%2Ffindings%2Fnorthmoor-2016-001',
}

const filePath = '/v1/releases/{version}/files/{name}'

/** Good addresses of a path of the contract. */
function addressesOf(path: string): string[] {
  if (path === filePath)
    return fileNames.map((name) => filePath.replace('{version}', '1.1.0').replace('{name}', name))
  const [, special = ''] = /\/(facets|crosstab|citation)(?:\.[a-z]+)?$/.exec(path) ?? []
  const file = /\/([a-z]+)\.(csv|ndjson|xlsx|atom)$/.exec(path)
  if (special !== '' || file !== null) {
    const base = path.replace('{version}', '1.1.0') + (needed[special] ?? '')
    return [base, ...(file?.[1] === 'findings' ? [`${base}?q=children&sort=id&fields=id`] : [])]
  }
  const collection = /\/([a-z]+)(?:\/\{(?:id|type)\})?$/.exec(path)?.[1] ?? ''
  const isItem = /\{(?:id|type)\}$/.test(path)
  const ids = isItem ? (identifiers[collection] ?? []) : ['']
  const more = queries[isItem && collection === 'findings' ? 'finding' : isItem ? '' : collection] ?? []
  const bases = ids.map((id) => path.replace(/\{(?:id|type)\}/, id).replace('{version}', '1.1.0'))
  return bases.flatMap((base) => [base, ...more.map((query) => base + query)])
}

const mediaTypeOf = (header: unknown): string => String(header).split(';')[0] ?? ''

for (const { path, responses } of operations) {
  const [address = ''] = addressesOf(path)
  const declared = new Set(Object.keys(responses))
  const isData = path.startsWith('/v1')

  t.test(`${path} answers as declared`, async (t) => {
    for (const url of addressesOf(path)) {
      const { statusCode, headers, body } = await api.get(url)
      t.equal(statusCode, 200, url)
      const mediaType = path === filePath ? '*/*' : mediaTypeOf(headers['content-type'])
      const content: unknown = /\/(json|yaml)$/.test(mediaType) ? parse(body) : body
      t.same(findMistakes(path, 200, mediaType, content), [], url)
      const again = await api.get(url, { 'if-none-match': String(headers.etag) })
      t.equal(again.statusCode, 304, url)
    }
    declared.delete('200')
    declared.delete('304')

    const refuse = async (
      status: number,
      url: string,
      headers: Readonly<Record<string, string>> = {},
      app = api.app,
    ) => {
      const response = await app.inject({ url, headers })
      t.equal(response.statusCode, status, url)
      const mediaType = mediaTypeOf(response.headers['content-type'])
      t.equal(mediaType, 'application/problem+json')
      t.same(findMistakes(path, status, mediaType, response.json()), [], url)
      declared.delete(String(status))
    }
    await fetch(spentUrl + address)
    const beyond = await fetch(spentUrl + address)
    t.equal(beyond.status, 429)
    t.same(findMistakes(path, 429, 'application/problem+json', await beyond.json()), [])
    declared.delete('429')
    await refuse(400, `${address}${address.includes('?') ? '&' : '?'}nonsense=1`)
    await refuse(406, address, { accept: 'image/png' })
    const query = address.includes('?') ? address.slice(address.indexOf('?')) : ''
    if (declared.has('404')) await refuse(404, path.replace(/\{\w+\}/g, 'nowhere') + query)
    if (declared.has('414')) {
      const long = path.replace(/\{\w+\}/g, 'x'.repeat(501))
      if (long !== path) await refuse(414, long)
      else declared.delete('414') // no part of the path is the client's to choose
    }
    if (declared.has('410') && path.includes('/findings/'))
      await refuse(410, address.replace(/[^/]+$/, 'eastvale-2016-004'))
    if (path === filePath) {
      const part = await api.get(address, { range: 'bytes=0-9' })
      t.equal(part.statusCode, 206)
      t.same(findMistakes(path, 206, '*/*', part.body), [])
      declared.delete('206')
      await refuse(416, address, { range: 'bytes=999999999-' })
    }
    if (declared.has('307')) {
      t.equal((await api.get(address.replace('1.1.0', 'latest'))).statusCode, 307)
      declared.delete('307')
    }
    // What an instance holds in memory, it serves without its database.
    const isInMemory = !/\/(findings|changes|diff|citation)\b/.test(path)
    if (isData && isInMemory && path !== filePath) {
      for (const app of [withoutDatabase, withoutTables]) {
        t.equal((await app.inject({ url: address })).statusCode, 200, address)
      }
    }
    if (isData && (!isInMemory || path === filePath)) {
      // Counts are sums over what is in memory: only words that nobody searched for need the database.
      const isCounted = /\/(facets|crosstab)/.test(path)
      const unasked = isCounted ? `${address}${query === '' ? '?' : '&'}q=ferry` : address
      await refuse(503, unasked, {}, withoutDatabase)
      await refuse(500, unasked, {}, withoutTables)
    }
    // 431 never reaches a route, no other record of the invented world was withdrawn, and some need no database.
    const unprovoked =
      isData && (!isInMemory || path === filePath) ? ['410', '431'] : ['410', '431', '500', '503']
    t.same(
      [...declared].filter((status) => !unprovoked.includes(status)),
      [],
      'every other declared status was provoked',
    )
  })
}

t.test('an answer with a field that is not declared would be noticed', async (t) => {
  const { data, ...rest } = (await api.get('/v1/areas/northmoor')).json<{ data: object }>()
  const path = '/v1/areas/{id}'
  t.same(findMistakes(path, 200, 'application/json', { data, ...rest }), [])
  t.not(findMistakes(path, 200, 'application/json', { data: { ...data, extra: 1 }, ...rest }).length, 0)
  t.not(findMistakes(path, 200, 'application/json', { data: { ...data, name: null }, ...rest }).length, 0)
})
