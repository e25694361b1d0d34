// The committed contract is what the code makes, and its examples are what the real data set answers.
import t from 'tap'
import { parse } from 'yaml'
import { buildApp } from '../../src/app.ts'
import { openOffline } from '../../src/db/offline.ts'
import { captureExamples } from '../../src/http/examples.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { openApp, testConfig } from '../support/app.ts'
import { contract, operations, readContract } from '../support/contract.ts'

const publicUrl = 'http://127.0.0.1:3000'

t.test('openapi/v1.json and v1.yaml are what the routes say', async (t) => {
  const app = await buildApp({
    ...openOffline(),
    metrics: openMetrics(),
    config: { ...testConfig, publicUrl },
  })
  t.teardown(() => app.close())
  await app.ready()
  t.equal(
    `${JSON.stringify(app.swagger(), null, 2)}\n`,
    readContract('v1.json'),
    'npm run generate makes it anew',
  )
  t.same(parse(readContract('v1.yaml')), contract)
  t.equal(contract.openapi, '3.1.0')
})

t.test('the served documents are the committed ones, with the address of this server', async (t) => {
  const api = await openApp(t, 'fixture', { publicUrl })
  t.same((await api.get('/openapi.json')).json(), contract)
  t.same(parse((await api.get('/openapi.yaml')).body), contract)
})

t.test('every operation has a name of its own, a summary, a description and a described 406', async (t) => {
  const names = operations.map(({ operationId }) => operationId)
  t.equal(new Set(names).size, names.length)
  for (const { path, operationId, summary, description, responses } of operations) {
    t.match(operationId, /^(get|list|count|export)[A-Z]\w+$/, path)
    t.ok(summary && description, path)
    t.ok('406' in responses, path)
  }
})

t.test('every data path is there a second time under a release', async (t) => {
  const paths = new Set(Object.keys(contract.paths))
  // The feed goes on from release to release, and a citation is of another address: neither belongs to one release.
  const data = [...paths].filter((path) => /^\/v1\/(?!releases|citation|changes)/.test(path))
  t.ok(data.length >= 12)
  for (const path of data) t.ok(paths.has(path.replace('/v1', '/v1/releases/{version}')), path)
})

t.test('every operation has an example, which is a real answer', async (t) => {
  const examples: Readonly<Record<string, { readonly path: string }>> = JSON.parse(
    readContract('examples.json'),
  )
  // A workbook has no text to show; a file of a release may be any of several kinds, each shown elsewhere.
  const shown = operations.filter(({ path }) => !/\.xlsx$|\{name\}$/.test(path))
  t.same(Object.keys(examples).sort(), shown.map(({ operationId }) => operationId).sort())
  const api = await openApp(t, 'real', { publicUrl })
  t.same(await captureExamples(api.app, examples), examples, 'npm run examples captures them anew')
})
