// 200 releases are published while clients of two servers read: every answer is of one release, and nothing is lost.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { createClient, createMemoryStore, isProblem } from '../../sdk/typescript/src/index.ts'
import type { Item, List } from '../support/app.ts'
import { openBalanced } from '../support/balanced.ts'
import { createDatabase } from '../support/cluster.ts'
import { histories, writeHistory } from '../support/histories.ts'
import { type Event, type Feed, openMirror } from '../support/mirror.ts'
import { type Filters, type Finding, idsOf, sorts } from '../support/oracle.ts'
import { nodeServer, start } from '../support/process.ts'
import { openRandom } from '../support/random.ts'
import { copyReleases } from '../support/releases.ts'
import { parseCsv } from '../support/tables.ts'
import { areSame, openTimeline } from '../support/timeline.ts'

t.setTimeout(600_000)
const seed = Number(process.env.FAULTS_SEED ?? 20_261_122)
const releases = Number(process.env.FAULTS_RELEASES ?? 200)
/** Within so long every server is to follow. */
const mostLag = 5_000

const root = copyReleases(t)
writeHistory(root, fc.sample(histories(20), { seed, numRuns: releases }).flat().slice(0, releases))
const timeline = openTimeline(root)
const { versions } = timeline
const newest = versions.length - 1
const { owner, ownerUrl, readerUrl } = await createDatabase(t, 'fixture')
const publicUrl = 'http://api.test'
const env = {
  DATABASE_URL: readerUrl,
  PUBLIC_URL: publicUrl,
  RATE_LIMIT: '0',
  LOOP_DELAY_MS: '0',
  LOG_LEVEL: 'warn',
}
const servers = [await start(t, env, nodeServer), await start(t, env, nodeServer)]
for (const server of servers) await server.ready()
const urls = servers.map(({ url }) => url)
const random = openRandom(seed)
const balanced = openBalanced(urls, timeline, random)
const { ask, fault, count } = balanced

let isOver = false
const pathOf = (address: string) => address.replace(publicUrl, '')

/** Filters of codes that every release has. */
function anyFilters(): Filters {
  const all: readonly Filters[] = [
    ...[{}, { kind: ['strength'] }, { area: ['northmoor', 'eastvale'] }, { agency: ['health'] }],
    ...[{ scope: ['national'] }, { published_from: '2016-06-01' }, { kind: ['area_for_improvement'] }],
  ]
  return { ...random.pick(all), ...(random.below(3) === 0 ? random.pick(all) : {}) }
}
const queryOf = (filters: Filters, more: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams({
    ...Object.fromEntries(Object.entries(filters).map(([key, value]) => [key, String(value)])),
    ...more,
  })

/** All pages of a list, each asked of any server: the release of the first, row by row. */
async function walk(): Promise<void> {
  const [filters, sort, limit] = [anyFilters(), random.pick(sorts), 1 + random.below(60)]
  let first: string | null = null
  let at = 0
  for (
    let path: string | null = `/v1/findings?${queryOf(filters, { sort, limit: String(limit) })}`;
    path !== null;
  ) {
    const { text, release, status } = await ask('page', path)
    if (status !== 200) return fault(`${path}: ${status} ${text}`)
    const { data, page, meta }: List<Finding> = JSON.parse(text)
    first ??= release
    const expected = timeline.select(first, filters, sort)
    if (release !== first || meta.release !== first) fault(`${path}: ${release} in a walk of ${first}`)
    if (page.total !== expected.length) fault(`${path}: a total of ${page.total}`)
    if (!areSame(data, expected.slice(at, at + limit))) fault(`${path}: other rows than ${first} has`)
    at += data.length
    path = page.next === null ? null : pathOf(page.next)
    if (path === null && at !== expected.length) fault(`${path}: ${at} of ${expected.length} rows`)
  }
}

async function readRecord(): Promise<void> {
  const id = random.pick(timeline.ids)
  const before = Math.min(...balanced.seen)
  const { status, text, release } = await ask('record', `/v1/findings/${id}`)
  if (status === 200) {
    const { data, meta }: Item<Finding> = JSON.parse(text)
    const expected = timeline.find(release, id)
    if (meta.release !== release || expected === undefined || !areSame([data], [expected]))
      fault(`${id}: not as ${release} has it`)
  } else if (!versions.slice(before).some((version) => timeline.find(version, id) === undefined))
    fault(`${id}: ${status}, but it is there since ${versions[before]}`)
}

/** A permalink, as one server gives it and another may be asked for it. */
async function followPermalink(): Promise<void> {
  const given = await ask('list', '/v1/findings?limit=5')
  const { meta }: List<Finding> = JSON.parse(given.text)
  const { status, text, release } = await ask('permalink', pathOf(meta.permalink))
  if (status !== 200) return fault(`${meta.permalink}: ${status} ${text}`)
  const { data }: List<Finding> = JSON.parse(text)
  if (release !== given.release || !areSame(data, timeline.select(release, {}).slice(0, 5)))
    fault(`${meta.permalink}: not as ${given.release}`)
}

async function readExport(): Promise<void> {
  const [filters, sort] = [anyFilters(), random.pick(sorts)]
  const extension = random.pick(['csv', 'ndjson', 'json'] as const)
  const path = `/v1/findings.${extension}?${queryOf(filters, { sort })}`
  const { text, release, status } = await ask(`export ${extension}`, path)
  if (status !== 200) return fault(`${path}: ${status} ${text}`)
  const expected = timeline.select(release, filters, sort)
  if (extension === 'csv') {
    const [head = [], ...rows] = parseCsv(text)
    const cellsOf = (row: readonly string[]) =>
      Object.fromEntries(head.map((name, index) => [name, row[index]]))
    const told = rows
      .map(cellsOf)
      .map(({ id, agencies, themes, summary, note }) => [id, agencies, themes, summary, note])
    const wanted = expected.map((one) => [
      one.id,
      one.agencies.join(';'),
      one.themes.join(';'),
      one.summary,
      one.note ?? '',
    ])
    if (JSON.stringify(told) !== JSON.stringify(wanted)) fault(`${path}: other rows than ${release} has`)
  } else {
    const { data }: { data: Finding[] } =
      extension === 'json'
        ? JSON.parse(text)
        : {
            data: text
              .split('\n')
              .filter(Boolean)
              .map((line) => JSON.parse(line)),
          }
    if (!areSame(data, expected)) fault(`${path}: other rows than ${release} has`)
  }
}

const lists = { areas: 'area', agencies: 'agency', themes: 'theme', inspections: 'inspection' } as const
const kept = new Map<string, { readonly etag: string; readonly text: string; readonly release: string }>()

/** A list or a count, asked again with the validator of the last answer. */
async function revalidate(): Promise<void> {
  const name = random.pick([
    'areas',
    'agencies',
    'themes',
    'inspections',
    'findings/facets',
    'releases',
  ] as const)
  const path = `/v1/${name}`
  const before = kept.get(path)
  const { status, etag, text, release } = await ask(
    name,
    path,
    before && random.below(2) === 0 ? { 'if-none-match': before.etag } : {},
  )
  if (status === 304) {
    if (before?.etag !== etag || before?.release !== release)
      fault(`${path}: 304 for ${before?.release} at ${release}`)
    return
  }
  if (etag === null) return fault(`${path}: ${status} without a validator`)
  const same = kept.get(path)
  if (same?.etag === etag && same.text !== text) fault(`${path}: two answers under one validator`)
  kept.set(path, { etag, text, release })
  const answer: List<{ id: string; version: string }> & { total: { count: number } } = JSON.parse(text)
  if (answer.meta.release !== release) fault(`${path}: ${answer.meta.release} under ${release}`)
  if (name === 'findings/facets') {
    const { total }: { total: { count: number } } = JSON.parse(text).data
    if (total.count !== timeline.select(release, {}).length)
      fault(`${path}: counts ${total.count} in ${release}`)
  } else if (name === 'releases') {
    const known = answer.data.map(({ version }) => version)
    if (
      known.join() !==
      versions
        .slice(0, versions.indexOf(release) + 1)
        .toReversed()
        .slice(0, known.length)
        .join()
    )
      fault(`${path}: others than up to ${release}`)
  } else if (idsOf(answer.data).join() !== timeline.list(release, lists[name]).join())
    fault(`${path}: others than ${release} has`)
}

const follower = { mirror: openMirror(), last: 0, since: '' }

/** The feed, from where it was left: no event lost, none twice, and each fits the copy. */
async function follow(): Promise<void> {
  const query = new URLSearchParams({
    limit: String(1 + random.below(80)),
    ...(follower.since && { since: follower.since }),
  })
  const { status, text } = await ask('changes', `/v1/changes?${query}`)
  if (status !== 200) return fault(`changes: ${status} ${text}`)
  const { data, next_since }: Feed = JSON.parse(text)
  for (const event of data) applyNext(event)
  follower.since = next_since ?? follower.since
}

function applyNext(event: Event): void {
  if (event.seq !== follower.last + 1) fault(`event ${event.seq} after ${follower.last}`)
  follower.last = event.seq
  follower.mirror.apply(event)
}

// Each request of the client goes to any server, as behind a balancer.
const client = createClient({
  baseUrl: publicUrl,
  fetch: (request) => fetch(new Request(request.url.replace(publicUrl, random.pick(urls)), request)),
})
const store = createMemoryStore()

async function sync(): Promise<void> {
  count('sync')
  try {
    const { release } = await client.sync(store)
    const ids = store.records('finding').map(({ id }) => id)
    if (ids.join() !== idsOf(timeline.select(release, {})).join()) fault(`a copy that is not ${release}`)
  } catch (error) {
    // The server asked for the release at the end has not seen it yet: the copy stays as it was.
    if (!isProblem(error) || (error.status !== 404 && error.status !== 503)) throw error
    count(`sync: ${error.status}`)
  }
}

async function repeat(work: () => Promise<void>, pause: number): Promise<void> {
  while (!isOver) {
    await work().catch((error: unknown) => fault(`${work.name}: ${error}`))
    await sleep(pause)
  }
}

const publishedAt: number[] = []
async function watchPublication(): Promise<void> {
  const { rows } = await sql<{ id: number }>`SELECT max(release_id) AS id FROM release_file`.execute(owner)
  const at = performance.now()
  while (publishedAt.length < (rows[0]?.id ?? 0)) publishedAt.push(at)
}
const look = async () => void (await ask('/v1', '/v1'))

t.test(`${releases} releases published under load, seed ${seed}`, async (t) => {
  const beganAt = performance.now()
  const clients = [
    ...[walk, walk, walk, readRecord, readRecord, readExport, readExport].map((work) => repeat(work, 250)),
    ...[revalidate, revalidate, followPermalink, follow, look, look].map((work) => repeat(work, 400)),
    repeat(sync, 2_000),
    repeat(watchPublication, 100),
  ]
  const script = fileURLToPath(import.meta.resolve('../support/publish-folder.ts'))
  const publisher = spawn(process.execPath, [script, ownerUrl, root], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.teardown(() => publisher.kill('SIGKILL'))
  t.same(await once(publisher, 'exit'), [0, null], 'all are published')
  const doneAt = performance.now()
  while (balanced.seen.some((place) => place < newest) && performance.now() - doneAt < mostLag)
    await sleep(20)
  t.same(balanced.seen, [newest, newest], 'both servers serve the newest within 5 s')
  isOver = true
  await Promise.all(clients)

  t.same(balanced.faults.slice(0, 20), [], `no answer broke a law; seed ${seed}`)
  const lags = servers.flatMap((_one, server) =>
    publishedAt.map((at, place) => Math.max(0, (balanced.seenAt(server, place) ?? 0) - at)).slice(2),
  )
  const most = Math.max(...lags)
  t.equal(lags.length, 2 * releases)
  t.ok(most < mostLag, `each was followed within 5 s by both: ${Math.round(most)} ms at most`)

  while (follower.last < timeline.events) await follow()
  t.equal(follower.last, timeline.events, 'the feed gave every event once')
  t.equal(follower.mirror.hash(), timeline.content_sha256, 'and a copy of the newest release')
  t.match(await client.sync(store), { release: versions[newest], content_sha256: timeline.content_sha256 })
  t.comment(
    `${Math.round(doneAt - beganAt)} ms for ${releases} releases, ${timeline.events} events; ${balanced.table()}`,
  )
  t.comment(
    `lag: ${Math.round(most)} ms at most, ${Math.round(lags.reduce((sum, lag) => sum + lag, 0) / lags.length)} on average`,
  )
  for (const server of servers) t.notMatch(server.output(), /"level":[56]0/, 'no error is logged')
})
