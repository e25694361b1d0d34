// The client as it is packed, installed into an empty project: from JavaScript, TypeScript and its recipes.
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import canonicalize from 'canonicalize'
import t from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import type { List } from '../support/app.ts'
import { visit } from '../support/browser.ts'
import { makeFolder } from '../support/folders.ts'
import { addRelease, copyReleases, fixtureReleases, sealReleases, writeFile } from '../support/releases.ts'
import { serveData } from '../support/sdk.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const project = makeFolder(t)
const npm = (args: readonly string[], cwd: string) =>
  run('npm', [...args, '--no-audit', '--no-fund'], { cwd })

const packed = await npm(['pack', '--json', '--pack-destination', project], join(root, 'sdk/typescript'))
const [{ filename }]: [{ filename: string }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')))
writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }')
await npm(['install', '--prefer-offline', `./${filename}`], project)

const api = await serveData(t, 'fixture')
const growing = await serveData(t, 'empty')
await publish(growing.database.owner, fixtureReleases)
await growing.sees('1.1.0')

const recipe = (name: string) => join('node_modules/jtai-findings/recipes', name)

t.test('the package holds what it needs and nothing else', async (t) => {
  const installed = join(project, 'node_modules')
  t.notOk(existsSync(join(installed, 'jtai-findings/src')))
  const manifest = JSON.parse(readFileSync(join(installed, 'jtai-findings/package.json'), 'utf8'))
  t.same(Object.keys(manifest.dependencies), ['openapi-fetch'])
  t.ok(existsSync(join(installed, 'jtai-findings/LICENSE')))
  t.ok(existsSync(join(installed, 'jtai-findings/README.md')))
  const { stdout } = await run('grep', [
    '-rlE',
    'from .node:|require\\(',
    join(installed, 'jtai-findings/dist'),
  ]).catch(() => ({ stdout: '' }))
  t.equal(stdout, '', 'nothing of Node alone: it runs in browsers and workers')
})

t.test('works from JavaScript', async (t) => {
  writeFileSync(
    join(project, 'use.js'),
    `import { createClient, createMemoryStore } from 'jtai-findings'
const client = createClient({ baseUrl: process.argv[2] })
const store = createMemoryStore()
const { release } = await client.sync(store)
let lines = 0
for await (const finding of client.lines('/v1/findings.ndjson')) lines += finding.id === '' ? 0 : 1
console.log(release, store.records('finding').length, lines)`,
  )
  const { stdout } = await run(process.execPath, ['use.js', api.url], { cwd: project })
  t.equal(stdout, '1.1.0 74 74\n')
})

t.test('works from strict TypeScript, and refuses what the contract does not know', async (t) => {
  const readme = readFileSync(join(root, 'sdk/typescript/README.md'), 'utf8')
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  t.equal(examples.length, 2)
  mkdirSync(join(project, 'typed'))
  examples.forEach((code, index) => {
    writeFileSync(join(project, `typed/example${index}.ts`), code)
  })
  writeFileSync(
    join(project, 'typed/wrong.ts'),
    `import { createClient } from 'jtai-findings'
const client = createClient({ baseUrl: '' })
// @ts-expect-error no such kind
await client.get('/v1/findings', { params: { query: { kind: ['strong'] } } })
// @ts-expect-error a path that needs a parameter
await client.get('/v1/findings/{id}')
// @ts-expect-error no list
client.rows('/v1/findings/facets')
`,
  )
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    lib: ['es2023', 'dom'],
    types: [],
  }
  writeFileSync(join(project, 'typed/tsconfig.json'), JSON.stringify({ compilerOptions }))
  const { stdout } = await run(join(root, 'node_modules/.bin/tsc'), ['-p', 'typed'], { cwd: project })
  t.equal(stdout, '')
})

/** The hash of what the mirror holds, computed from its rows by the words of the codebook. */
function hashMirror(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true })
  const read = (entity: string) => {
    const rows = db.prepare('SELECT seq, record FROM row WHERE entity = ? ORDER BY seq').all(entity)
    return rows.map(({ record }) => JSON.parse(String(record)))
  }
  const findings = read('finding').toSorted(
    (a, b) => b.published_on.localeCompare(a.published_on) || (a.id < b.id ? -1 : 1),
  )
  const content = {
    agencies: read('agency'),
    areas: read('area'),
    inspections: read('inspection'),
    inspectorates: read('inspectorate'),
    programmes: read('programme'),
    publications: read('publication'),
    themes: read('theme'),
    findings,
  }
  db.close()
  return createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex')
}

const hashOf = async (version: string) =>
  (await growing.read<{ data: { content_sha256: string } }>(`/v1/releases/${version}`)).data.content_sha256

t.test('a mirror killed at random points is a release, and becomes the current one', async (t) => {
  const file = join(project, 'mirror.sqlite')
  const args = [recipe('mirror.js'), growing.url, file]
  const kills: number[] = []
  for (let delay = 60; delay < 700; delay += 80 + Math.floor(Math.random() * 60)) kills.push(delay)
  let killed = 0
  for (const delay of kills) {
    rmSync(file, { force: true })
    const child = spawn(process.execPath, args, { cwd: project, stdio: 'ignore' })
    const ended = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)))
    await sleep(delay)
    child.kill('SIGKILL')
    if ((await ended) === 'SIGKILL') killed += 1
    const { stdout } = await run(process.execPath, args, { cwd: project })
    t.match(stdout, 'Release 1.1.0', `killed after ${delay} ms`)
    t.equal(hashMirror(file), await hashOf('1.1.0'))
  }
  t.ok(killed > 0, `${killed} of ${kills.length} were killed before they ended`)
  t.match((await run(process.execPath, args, { cwd: project })).stdout, 'Release 1.1.0, 0 events.')
})

t.test('a mirror that was damaged is made anew', async (t) => {
  const file = join(project, 'mirror.sqlite')
  for (const damage of [
    `UPDATE row SET record = '{broken' WHERE id = 'northmoor-2016-009'`,
    `UPDATE row SET id = 'northmoor-2016-900' WHERE id = 'northmoor-2016-009'`,
    `UPDATE row SET seq = 9007199254740993 WHERE id = 'northmoor-2016-009'`,
    `UPDATE state SET since = 'bm90aGluZw'`,
    'DELETE FROM row',
  ]) {
    const db = new DatabaseSync(file)
    db.exec(damage)
    db.close()
    const { stdout } = await run(process.execPath, [recipe('mirror.js'), growing.url, file], { cwd: project })
    t.match(stdout, 'made anew', damage)
    t.equal(hashMirror(file), await hashOf('1.1.0'))
  }
})

t.test('mirror and alert follow a release that is published meanwhile', async (t) => {
  const alert = [recipe('alert.js'), growing.url, 'northmoor', join(project, 'since.txt')]
  const tell = async () => (await run(process.execPath, alert, { cwd: project })).stdout
  t.equal(await tell(), '', 'the first run remembers')
  t.equal(await tell(), '', 'nothing has changed')

  const grown = copyReleases(t)
  addRelease(grown, '1.1.1')
  const correction = (id: string) =>
    `- entity: finding\n  id: ${id}\n  reason: It was misread.\n  set:\n    note: Read again.\n`
  const others = (await growing.read<List<{ id: string }>>('/v1/findings?inspection=eastvale-2016&limit=1'))
    .data
  const ofArea =
    '- entity: area\n  id: northmoor\n  reason: It has a new name.\n  set:\n    name: North Moor\n'
  const corrections = ['northmoor-2016-009', others[0]?.id ?? ''].map(correction).join('') + ofArea
  writeFile(grown, '1.1.1/corrected.yaml', corrections)
  sealReleases(grown)
  await publish(growing.database.owner, grown)
  await growing.sees('1.1.1')

  const told = [
    '1.1.1: finding northmoor-2016-009 corrected (note). It was misread.',
    '1.1.1: area northmoor corrected (name). It has a new name.',
  ]
  t.equal(await tell(), told.map((line) => `${line}\n`).join(''), 'the changes of that area alone')
  t.equal(await tell(), '')
  const file = join(project, 'mirror.sqlite')
  const { stdout } = await run(process.execPath, [recipe('mirror.js'), growing.url, file], { cwd: project })
  t.equal(stdout, 'Release 1.1.1, 3 events.\n')
  t.equal(hashMirror(file), await hashOf('1.1.1'))
})

t.test('the crosstab shows in a browser what the API counts', async (t) => {
  const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.mjs': 'text/javascript' }
  writeFileSync(join(project, 'crosstab.html'), readFileSync(join(project, recipe('crosstab.html'))))
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    const path = join(project, pathname)
    if (!existsSync(path)) {
      response.writeHead(404).end()
      return
    }
    response.setHeader('Content-Type', types[extname(path)] ?? 'text/html')
    createReadStream(path).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { page, errors } = await visit(t, `http://127.0.0.1:${port}/crosstab.html?api=${api.url}`)
  await page.waitForSelector('#note:not(:empty)')
  const rows = await page
    .locator('#crosstab tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)))
  const { data } = await api.read<{ data: Crosstab }>(
    '/v1/findings/crosstab?rows=area&cols=kind&measure=findings&scope=area',
  )
  t.same(rows.length, data.row_values.length + 1)
  t.same(
    rows.slice(1),
    data.row_values.map(({ id, label }) => [
      label,
      ...data.cells.filter(({ row }) => row === id).map(({ count }) => String(count)),
    ]),
  )
  t.same(
    errors.filter((error) => !error.includes('favicon')),
    [],
  )
})

interface Crosstab {
  readonly row_values: readonly { id: string; label: string }[]
  readonly cells: readonly { row: string; count: number }[]
}
