// A copy kept by the typed client: from any state to the current release, whole or not at all, proved by its hash.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  type Client,
  createMemoryStore,
  type MemoryStore,
  type Row,
  type State,
} from '../../sdk/typescript/src/index.ts'
import { orderedFindings } from '../../src/dataset/content.ts'
import { publish } from '../../src/dataset/publish.ts'
import { encodeCursor } from '../../src/lib/cursor.ts'
import { snapshotOf } from '../support/oracle.ts'
import { copyReleases, fixtureReleases, sealReleases } from '../support/releases.ts'
import { serveData } from '../support/sdk.ts'

const api = await serveData(t, 'fixture')
const growing = await serveData(t, 'empty')

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** What a copy holds, as JSON, to compare one with another. */
const content = (store: MemoryStore) => {
  const entities = [
    'programme',
    'inspectorate',
    'area',
    'publication',
    'agency',
    'theme',
    'inspection',
  ] as const
  return [...entities, 'finding' as const].map((entity) => [entity, store.records(entity)])
}

/** What a release holds, read from its folders. */
const expected = (version: string) => {
  const { finding: _finding, ...lists } = snapshotOf(version)
  const all = Object.entries(lists).map(([entity, records]) => [entity, [...records.values()]])
  return plain([...all, ['finding', orderedFindings(snapshotOf(version))]])
}

const synced = async (client: Client = api.client()): Promise<MemoryStore> => {
  const store = createMemoryStore()
  await client.sync(store)
  return store
}

t.test('a copy of nothing becomes the current release, in its order, and stays it', async (t) => {
  const store = createMemoryStore()
  const first = await api.client().sync(store)
  t.match(first, { release: '1.1.0', rebuilt: true })
  t.same(content(store), expected('1.1.0'))
  t.equal(store.state()?.content_sha256, first.content_sha256)
  const again = await api.client().sync(store)
  t.match(again, { release: '1.1.0', events: 0, rebuilt: false, content_sha256: first.content_sha256 })
  t.same(content(store), expected('1.1.0'))
})

t.test('a copy follows what is published, by the events of the new release alone', async (t) => {
  const older = copyReleases(t)
  rmSync(join(older, '1.1.0'), { recursive: true })
  sealReleases(older)
  await publish(growing.database.owner, older)
  await growing.sees('1.0.0')
  const store = await synced(growing.client())
  t.same(content(store), expected('1.0.0'))
  await publish(growing.database.owner, fixtureReleases)
  await growing.sees('1.1.0')
  const { total } = (
    await growing.read<{ page: { total: number } }>(`/v1/changes?limit=1&since=${store.state()?.since}`)
  ).page
  t.ok(total > 0 && total < 20)
  t.match(await growing.client().sync(store), { release: '1.1.0', events: total, rebuilt: false })
  t.same(content(store), expected('1.1.0'))
})

t.test('a sync that fails at any request leaves the copy as it was, and the next completes it', async (t) => {
  const { client, requests } = api.watched()
  await synced(client)
  t.ok(requests.length >= 2)
  for (let failing = 1; failing <= requests.length; failing += 1) {
    const store = createMemoryStore()
    const { client } = api.watched((_request, count) =>
      count === failing ? new Response('', { status: 500 }) : null,
    )
    await t.rejects(client.sync(store))
    t.same([store.state(), store.records('finding')], [null, []], `request ${failing}`)
    await api.client().sync(store)
    t.same(content(store), expected('1.1.0'))
  }
})

t.test('an aborted sync keeps nothing', async (t) => {
  const store = createMemoryStore()
  const stop = new AbortController()
  const { client } = api.watched((request) => {
    if (request.url.includes('/changes')) stop.abort(new Error('enough'))
    return null
  })
  await t.rejects(client.sync(store, { signal: stop.signal }), { message: 'enough' })
  t.equal(store.state(), null)
})

type Read = Awaited<ReturnType<MemoryStore['read']>>
type Altered = { readonly state: State | null; readonly rows: readonly Row[] }

/** A copy that holds what an alteration makes of it, and can be written. */
function alter({ state, rows }: Read, change: (copy: Read) => Altered): MemoryStore {
  const altered = change({ state, rows })
  const inner = createMemoryStore()
  let isAltered = true
  return {
    ...inner,
    read: async () => (isAltered ? altered : inner.read()),
    write: async (write, from) => {
      if (!isAltered) return inner.write(write, from)
      t.ok(write.clear, 'nothing of it is kept')
      isAltered = false
      return inner.write(write, undefined)
    },
  }
}

t.test('a copy that was altered is found out and made anew', async (t) => {
  const id = 'northmoor-2016-009'
  const edit =
    (change: (row: Row) => Row) =>
    ({ state, rows }: Read): Altered => ({
      state,
      rows: rows.map((row) => (row.id === id ? change(row) : row)),
    })
  const alterations: Readonly<Record<string, (copy: Read) => Altered>> = {
    'a field changed': edit((row) => ({ ...row, record: { ...row.record, summary: 'Other.' } })),
    'a record under another identifier': edit((row) => ({ ...row, id: 'northmoor-2016-900' })),
    'a record of another kind': edit((row) => ({ ...row, entity: 'theme' })),
    'a record of an unknown kind': edit((row) => ({ ...row, entity: 'nothing' as 'theme' })),
    'a number that is none': edit((row) => ({ ...row, seq: Number.NaN })),
    'no record': edit((row) => ({ ...row, record: null as unknown as Row['record'] })),
    'a record gone': ({ state, rows }) => ({ state, rows: rows.filter((row) => row.id !== id) }),
    'a record too many': ({ state, rows }) => ({
      state,
      rows: [...rows, { entity: 'theme', id: 'invented', seq: 3, record: { id: 'invented' } }],
    }),
    'a record twice': ({ state, rows }) => ({ state, rows: [...rows, ...rows.slice(0, 1)] }),
    'two records in another order': ({ state, rows }) => {
      const [first, second] = rows.filter(({ entity }) => entity === 'theme')
      if (first === undefined || second === undefined) throw new Error('there are two themes')
      const swap = new Map([
        [first, second.seq],
        [second, first.seq],
      ])
      return { state, rows: rows.map((row) => ({ ...row, seq: swap.get(row) ?? row.seq })) }
    },
    'a state that says more than there is': ({ state }) => ({ state, rows: [] }),
    'a state of another service': ({ rows }) => ({
      state: { since: 'bm90aGluZw', release: '7.0.0', content_sha256: '' },
      rows,
    }),
    'a state of a release this service does not have': ({ rows }) => {
      const since = encodeCursor({ version: '7.0.0', direction: 'next', position: 9 }, 'changes')
      return { state: { since, release: '7.0.0', content_sha256: '' }, rows }
    },
    'a state that is none': ({ rows }) => ({
      state: { since: `${'x'.repeat(20_000)}\ud800`, release: '', content_sha256: '' },
      rows,
    }),
    'no state': ({ rows }) => ({ state: null, rows }),
  }
  const whole = await (await synced()).read()
  for (const [name, change] of Object.entries(alterations)) {
    const store = alter(whole, change)
    t.match(await api.client().sync(store), { release: '1.1.0', rebuilt: true }, name)
    t.same(content(store), expected('1.1.0'), name)
  }
})

t.test('a copy that cannot be read is made anew', async (t) => {
  const inner = createMemoryStore()
  const store = { ...inner, read: async () => Promise.reject(new SyntaxError('not JSON')) }
  t.match(await api.client().sync(store), { release: '1.1.0', rebuilt: true })
  t.same(content(inner), expected('1.1.0'))
})

t.test('of two syncs at once one is told to look again', async (t) => {
  const store = createMemoryStore()
  const both = await Promise.all([api.client().sync(store), api.client().sync(store)])
  t.same(both.map(({ events }) => events).sort((a, b) => a - b)[0], 0, 'the second found it done')
  t.same(content(store), expected('1.1.0'))
})

t.test('any point of the feed can be begun at', async (t) => {
  const store = await synced()
  const pages: string[] = []
  for await (const { next_since } of api
    .client()
    .pages('/v1/changes', { params: { query: { limit: 17 } } })) {
    pages.push(next_since ?? '')
  }
  for (const since of pages) {
    t.match(
      await api.client().sync(store, { since }),
      { rebuilt: false },
      'what was applied is applied again',
    )
    t.same(content(store), expected('1.1.0'))
  }
  const empty = createMemoryStore()
  t.match(await api.client().sync(empty, { since: pages[1] ?? '' }), { rebuilt: true })
  t.same(content(empty), expected('1.1.0'))
})

t.test('a service that does not keep its word is not believed', async (t) => {
  const store = await synced()
  const before = content(store)
  const { client } = api.watched((request) =>
    request.url.includes('/releases/') ? Response.json({ data: { content_sha256: '0'.repeat(64) } }) : null,
  )
  await t.rejects(client.sync(store), /does not give the release/)
  t.same(content(store), before)
})
