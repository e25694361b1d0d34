// The change feed: every event once and in order, whatever is asked, whenever; and what a copy may rely on.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { publish } from '../../src/dataset/publish.ts'
import { encodeCursor } from '../../src/lib/cursor.ts'
import { type Item, type List, openApp, publicUrl, type TestApp } from '../support/app.ts'
import { writeHistory } from '../support/histories.ts'
import { type Event, eventsOf, type Feed, type Fields, recordsOf, walkFeed } from '../support/mirror.ts'
import { addRecords, addRelease, copyReleases, fixtureReleases, sealReleases } from '../support/releases.ts'
import { parseCsv } from '../support/tables.ts'

const api = await openApp(t, 'fixture')
const growing = await openApp(t, 'fixture')
const isles = copyReleases(t)
// A new area with one inspection; withdrawn; restored.
writeHistory(isles, [
  [{ act: 'addIsle', pick: 0 }],
  [{ act: 'withdrawIsle', pick: 0 }],
  [{ act: 'correctProgramme', pick: 0 }],
])
const withIsle = await openApp(t, 'fixture', undefined, isles)
const moves = copyReleases(t)
writeMoves(moves)
const moved = await openApp(t, 'fixture', undefined, moves)

const read = (address: string) => api.read<Feed>(address)
const whole = await read('/v1/changes?limit=500')
const all = whole.data
const path = '/v1/changes'

/** The events of releases as the publisher makes them. */
const madeOf = (root: string) =>
  buildReleases(root).flatMap(({ file, events }) =>
    events.map((event) => ({ ...event, release: file.version, released_at: file.released_at })),
  )

t.test('every event is there, numbered from 1 without a gap, as its release made it', async (t) => {
  const made = madeOf(fixtureReleases)
  t.equal(all.length, 129)
  t.match(whole.page, { limit: 500, count: 129, total: 129, next: null, prev: null })
  t.same(
    all.map(({ url: _url, ...event }) => event),
    made.map((event, index) => ({ seq: index + 1, ...event })),
  )
  const first = await read(path)
  t.equal(first.page.limit, 100)
  t.same(first.data, all.slice(0, 100))
  t.equal(first.meta.release, '1.1.0')
})

t.test(
  'an event holds records as the API answers them, without counts and addresses of its own',
  async (t) => {
    for (const { entity, id, type, after, before, url, changed_fields } of all.filter(
      ({ seq }) => seq % 7 === 0 || seq > 118,
    )) {
      if (url === null) {
        t.ok(['programme', 'inspectorate'].includes(entity))
        continue
      }
      const response = await api.get(url)
      if (type === 'withdrawn') {
        t.equal(response.statusCode, 410, `${id} is gone from the release that withdrew it`)
        t.same([after, changed_fields], [null, Object.keys(before ?? {}).sort()])
        continue
      }
      const own = entity === 'finding' ? ['url'] : ['counts', 'links']
      const fields = Object.entries(response.json<Item<Fields>>().data).filter(
        ([field]) => !own.includes(field),
      )
      const record = Object.fromEntries(fields)
      t.same(after, record, id)
      if (type === 'created') t.same([before, changed_fields], [null, Object.keys(record).sort()])
      else
        t.same(
          changed_fields,
          Object.keys(record)
            .filter((field) => !isEqual(before?.[field], after?.[field]))
            .sort(),
        )
    }
  },
)

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

t.test('paging with any limit loses and repeats nothing', async (t) => {
  for (const filter of [
    '',
    'type=corrected,withdrawn',
    'inspection=eastvale-2016',
    'entity=theme,agency&type=created',
  ]) {
    const wanted = (await read(`${path}?limit=500&${filter}`)).data
    t.ok(wanted.length > 3)
    for (let limit = 1; limit <= wanted.length + 1; limit += limit < 12 ? 1 : 5) {
      const pages = await walkFeed(api, `${path}?${filter}${filter === '' ? '' : '&'}limit=${limit}`)
      t.same(eventsOf(pages), wanted, `${filter} by ${limit}`)
      let left = wanted.length
      for (const { page, data, next_since } of pages) {
        t.match(page, { limit, total: left, count: Math.min(limit, left), prev: null })
        left -= data.length
        if (page.next !== null) t.equal(new URL(page.next).searchParams.get('since'), next_since)
      }
      t.equal(pages.at(-1)?.next_since, whole.next_since, 'the end is the end, whatever was asked on the way')
    }
  }
})

t.test('paging with any limit, with every limit there is, one by one', async (t) => {
  const filter = 'inspection=northmoor-2016-b'
  const wanted = (await read(`${path}?limit=500&${filter}`)).data
  for (let limit = 1; limit <= wanted.length + 1; limit += 1)
    t.same(eventsOf(await walkFeed(api, `${path}?${filter}&limit=${limit}`)), wanted, String(limit))
  for (const limit of [...Array(all.length).keys()].map((n) => n + 1).filter((n) => n > 40 || n < 4))
    t.same(eventsOf(await walkFeed(api, `${path}?limit=${limit}`)), all, String(limit))
})

t.test('filters may change in mid-walk: since is a point in time, not in a selection', async (t) => {
  const { next_since, data } = await read(`${path}?limit=50&type=created`)
  const rest = await read(`${path}?limit=500&entity=finding&since=${next_since}`)
  t.same(
    rest.data,
    all.filter(({ seq, entity }) => seq > (data.at(-1)?.seq ?? 0) && entity === 'finding'),
  )
})

t.test('each filter is the whole feed filtered by hand', async (t) => {
  const valuesOf = (field: 'entity' | 'inspection' | 'type') => [
    ...new Set(all.flatMap((event) => event[field] ?? [])),
  ]
  const some = (field: 'entity' | 'inspection' | 'type') => fc.subarray(valuesOf(field), { minLength: 1 })
  for (const field of ['entity', 'inspection', 'type'] as const) {
    for (const value of valuesOf(field)) {
      const { data, page } = await read(`${path}?limit=500&${field}=${value}`)
      t.same(
        data,
        all.filter((event) => event[field] === value),
        value,
      )
      t.equal(page.total, data.length)
      t.ok(data.length > 0)
    }
  }
  const asked = fc.record(
    { entity: some('entity'), inspection: some('inspection'), type: some('type') },
    { requiredKeys: [] },
  )
  const law = fc.asyncProperty(asked, fc.boolean(), async (filters, isRepeated) => {
    const pairs = Object.entries(filters).flatMap(([key, values]) =>
      isRepeated ? values.map((value) => `${key}=${value}`) : [`${key}=${values.join(',')}`],
    )
    const { data } = await read(`${path}?limit=500${pairs.map((pair) => `&${pair}`).join('')}`)
    const wanted = all.filter(
      ({ entity, inspection, type }) =>
        (filters.entity?.includes(entity) ?? true) &&
        (filters.type?.includes(type) ?? true) &&
        (filters.inspection?.includes(inspection ?? '') ?? true),
    )
    return isEqual(data, wanted)
  })
  const details = await fc.check(law, { numRuns: 80 })
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? 'holds')
  t.same((await read(`${path}?entity=inspectorate&type=withdrawn`)).data, [], 'nothing is a 200')
})

t.test('an inspection is asked for with its letter and its findings', async (t) => {
  const { data } = await read(`${path}?limit=500&inspection=eastvale-2016`)
  t.same([...new Set(data.map(({ entity }) => entity))], ['publication', 'inspection', 'finding'])
  t.ok(
    data.some(({ id, type }) => id === 'eastvale-2016-004' && type === 'withdrawn'),
    'also what is gone',
  )
})

t.test('what cannot be asked is a 400 that says what can', async (t) => {
  t.match(await api.refuse(`${path}?inspection=eastvale-2017`), {
    status: 400,
    errors: [{ parameter: 'inspection', allowed: ['northmoor-2016', /./], did_you_mean: 'eastvale-2016' }],
  })
  t.match(await api.refuse(`${path}?type=deleted`), {
    errors: [{ parameter: 'type', allowed: ['created', 'corrected', 'withdrawn', 'restored'] }],
  })
  t.match(await api.refuse(`${path}?entity=findings`), {
    errors: [{ parameter: 'entity', did_you_mean: 'finding' }],
  })
  for (const limit of ['0', '501', '-1', '1.5', '1e2', 'all', ''])
    t.match(
      await api.refuse(`${path}?limit=${limit}`),
      { status: 400, errors: [{ parameter: 'limit' }] },
      limit,
    )
  for (const limit of ['1', '500']) t.equal((await api.get(`${path}?limit=${limit}`)).statusCode, 200)
  for (const query of ['cursor=x', 'sort=seq', 'fields=id', 'since=a&since=b', 'offset=1'])
    t.equal((await api.refuse(`${path}?${query}`)).status, 400, query)
  t.equal((await api.get('/v1/releases/1.0.0/changes')).statusCode, 404, 'the feed is of no one release')
})

t.test('a since that no answer gave is refused', async (t) => {
  const token = whole.next_since ?? ''
  const { page } = await api.read<List<unknown>>('/v1/findings?limit=5')
  const cursor = new URL(page.next ?? '').searchParams.get('cursor') ?? ''
  const back = encodeCursor({ version: '1.1.0', direction: 'prev', position: 5 }, 'changes')
  for (const since of [
    '',
    'x',
    '0',
    '118',
    '1.0.0',
    '2021-01-01',
    cursor,
    back,
    token.slice(1),
    `${token}A`,
    'A'.repeat(201),
  ]) {
    for (const extension of ['', '.csv']) {
      t.match(
        await api.refuse(`${path}${extension}?since=${since}`),
        { status: 400, errors: [{ parameter: 'since' }] },
        since,
      )
    }
  }
  const changed = fc
    .tuple(fc.nat({ max: token.length - 1 }), fc.constantFrom(...'ABab01-_'))
    .map(([at, by]) => token.slice(0, at) + by + token.slice(at + 1))
    .filter((text) => text !== token)
  const law = fc.asyncProperty(
    changed,
    async (text) => (await api.get(`${path}?since=${text}`)).statusCode === 400,
  )
  const details = await fc.check(law, { numRuns: 100 })
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? 'holds')
})

t.test('a since of a release not seen here yet is a 503 that says when to come again', async (t) => {
  const since = encodeCursor({ version: '9.9.9', direction: 'next', position: 5 }, 'changes')
  for (const extension of ['', '.csv']) {
    const response = await api.get(`${path}${extension}?since=${since}`)
    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^[1-9]\d*$/)
    t.match(response.json(), { type: `${publicUrl}/problems/service-unavailable`, detail: /9\.9\.9/ })
  }
})

t.test('since beyond the last event is an empty answer', async (t) => {
  const since = encodeCursor({ version: '1.1.0', direction: 'next', position: 2_000_000_000 }, 'changes')
  const { data, page } = await read(`${path}?since=${since}`)
  t.same([data, page.total, page.next], [[], 0, null])
})

const tableOf = async (app: TestApp, query: string) => parseCsv((await app.get(`${path}.csv${query}`)).body)

t.test('the table holds what the answers hold', async (t) => {
  const { next_since } = await read(`${path}?limit=30`)
  for (const query of [
    '?limit=500',
    '?type=corrected,withdrawn&limit=500',
    `?since=${next_since}&limit=500`,
    '?entity=inspectorate&type=withdrawn',
  ]) {
    const { data } = await read(path + query)
    const [header, ...rows] = await tableOf(api, query.replace('&limit=500', '').replace('?limit=500', ''))
    t.same(header, [
      ...['seq', 'type', 'entity', 'id', 'inspection', 'release', 'released_at', 'reason', 'replaced_by'],
      ...['changed_fields', 'before', 'after', 'url'],
    ])
    t.same(
      rows,
      data.map((event) => [
        ...[String(event.seq), event.type, event.entity, event.id, event.inspection ?? '', event.release],
        ...[event.released_at, event.reason ?? '', event.replaced_by ?? '', event.changed_fields.join(';')],
        ...[event.before, event.after].map((record) => (record === null ? '' : JSON.stringify(record))),
        event.url ?? '',
      ]),
      query,
    )
  }
  t.ok((await api.get(`${path}.csv?bom=true`)).body.startsWith('\u{feff}seq,'))
  t.equal((await api.refuse(`${path}.csv?limit=5`)).status, 400, 'a table is whole')
})

t.test('next_since stays until there is a release, then tells exactly what is new', async (t) => {
  const followed = (since: string | null, more = '') =>
    growing.read<Feed>(`${path}?limit=500&since=${since}${more}`)
  const start = await growing.read<Feed>(`${path}?limit=500`)
  t.equal(start.next_since, whole.next_since, 'the same on every instance')
  const again = await followed(start.next_since)
  t.same([again.data, again.page.total, again.next_since], [[], 0, start.next_since])
  const filtered = await growing.read<Feed>(`${path}?entity=inspectorate&type=withdrawn`)
  t.equal(filtered.next_since, start.next_since, 'a filter that finds nothing has seen everything too')
  const inside = await growing.read<Feed>(`${path}?limit=40`)
  const tagOf = async (query: string) => String((await growing.get(path + query)).headers.etag)
  const tags = [await tagOf(''), await tagOf(`?since=${start.next_since}`)]
  t.same([await tagOf(''), await tagOf(`?since=${start.next_since}`)], tags, 'nothing new, nothing changed')
  t.equal((await growing.get(path, { 'if-none-match': tags[0] ?? '' })).statusCode, 304)

  const root = copyReleases(t)
  const versions = writeHistory(root, [
    [
      { act: 'addFinding', pick: 3 },
      { act: 'correctAddress', pick: 0 },
      { act: 'withdrawFinding', pick: 11 },
    ],
  ])
  await publish(growing.database.owner, root)
  while (growing.catalogue.current().release.version !== versions.at(-1)) await sleep(50) // tap's timeout ends it
  const made = madeOf(root)
  const news = await followed(start.next_since)
  t.ok(news.data.length > 3)
  t.same(
    news.data.map(({ url: _url, ...event }) => event),
    made.map((event, index) => ({ seq: index + 1, ...event })).slice(129),
  )
  t.not(news.next_since, start.next_since)
  t.same((await followed(news.next_since)).data, [])
  const found = news.data.filter(({ entity }) => entity === 'finding')
  t.same((await followed(start.next_since, '&entity=finding')).data, found)
  t.equal((await followed(start.next_since, '&entity=finding')).next_since, news.next_since)
  t.same(
    (await followed(inside.next_since)).data.map(({ seq }) => seq),
    made.map((_, index) => index + 1).slice(40),
    'a walk that began before goes on into the new release',
  )
  t.same((await growing.read<Feed>(`${path}?limit=40`)).data, inside.data, 'what was told stays told')
  t.not(await tagOf(''), tags[0])
  t.not(await tagOf(`?since=${start.next_since}`), tags[1])
  t.equal((await growing.get(path, { 'if-none-match': tags[0] ?? '' })).statusCode, 200)
})

t.test('an inspection that was withdrawn can still be asked for', async (t) => {
  const id = 'isle-1-2016'
  t.equal((await api.refuse(`${path}?inspection=${id}`)).status, 400, 'not before it was known')
  const { data } = await withIsle.read<Feed>(`${path}?inspection=${id}`)
  const told = ['publication', 'inspection', 'finding']
  t.same(
    data.map(({ type, entity }) => `${type} ${entity}`).sort(),
    [...told.map((entity) => `created ${entity}`), ...told.map((entity) => `withdrawn ${entity}`)].sort(),
  )
  t.equal((await withIsle.get(`/v1/inspections/${id}`)).statusCode, 410)
  t.same((await withIsle.get(`${path}.csv?inspection=${id}`)).statusCode, 200)
  t.match(await withIsle.refuse(`${path}?inspection=isle-1-2017`), { errors: [{ did_you_mean: id }] })
})

/** Corrects what findings take their address, region and date from, and one of these findings beside. */
function writeMoves(root: string): void {
  const release = (version: string, day: number) =>
    addRelease(root, version, { released_at: `2022-01-0${day}T00:00:00Z` })
  const correct = (version: string, entity: string, id: string, set: Fields) =>
    addRecords(root, `${version}/corrected.yaml`, { entity, id, reason: `${id} moved.`, set })
  release('1.1.1', 1)
  correct('1.1.1', 'publication', 'letter-northmoor-2016', { url: 'https://new.example/letter.pdf' })
  correct('1.1.1', 'finding', 'northmoor-2016-001', { note: 'Corrected beside.' })
  release('1.1.2', 2)
  const region = { region: 'highland', region_name: 'The Highland', region_gss_code: 'E12999009' }
  correct('1.1.2', 'area', 'sankt-anna', region)
  release('1.1.3', 3)
  correct('1.1.3', 'publication', 'blog-young-carers-2018', { published_on: '2016-01-01' })
  correct('1.1.3', 'publication', 'news-northmoor-2016', {
    url: 'https://new.example/news',
    note: 'Moved too.',
  })
  release('1.1.4', 4)
  correct('1.1.4', 'area', 'eastvale', { name: 'Vale in the East' })
  correct('1.1.4', 'publication', 'letter-eastvale-2016', { note: 'Read again.' })
  release('1.1.5', 5)
  correct('1.1.5', 'publication', 'letter-northmoor-2016', { url: 'https://newer.example/letter.pdf' })
  correct('1.1.5', 'publication', 'news-northmoor-2016', { url: 'https://newer.example/news' })
  sealReleases(root)
}

t.test('a finding has an event when what it takes from others changes', async (t) => {
  const releases = buildReleases(moves)
  const { data } = await moved.read<Feed>(`${path}?limit=500&since=${whole.next_since}`)
  for (const [index, { file, snapshot }] of releases.entries()) {
    const before = releases[index - 1]?.snapshot
    if (before === undefined || index < 2) continue
    const [was, is] = [recordsOf(before), recordsOf(snapshot)]
    const changed = [...is.keys()].filter((key) => !isEqual(was.get(key), is.get(key)))
    const told = data.filter(({ release }) => release === file.version)
    t.same(
      told.map(({ entity, id }) => `${entity} ${id}`).sort(),
      changed.sort(),
      `${file.version}: each once`,
    )
    for (const { entity, id, type, before, after } of told) {
      t.equal(type, 'corrected')
      t.same([before, after], [was.get(`${entity} ${id}`), is.get(`${entity} ${id}`)])
    }
  }
  const told = (version: string) =>
    data.filter(({ release, entity }) => release === version && entity === 'finding')
  const fieldsOf = (events: readonly Event[]) => [
    ...new Set(events.map(({ changed_fields }) => changed_fields.join())),
  ]
  t.ok(told('1.1.1').length > 5)
  t.match(
    told('1.1.1').find(({ id }) => id === 'northmoor-2016-001'),
    {
      reason: 'northmoor-2016-001 moved.',
      changed_fields: ['evidence', 'note'],
    },
  )
  t.match(
    told('1.1.1').find(({ id }) => id === 'northmoor-2016-002'),
    {
      reason: 'Follows from publication letter-northmoor-2016: letter-northmoor-2016 moved.',
      changed_fields: ['evidence'],
      inspection: 'northmoor-2016',
    },
  )
  t.same(fieldsOf(told('1.1.2')), ['region'])
  t.ok(told('1.1.3').some(({ changed_fields }) => changed_fields.join() === 'published_on'))
  t.same(told('1.1.4'), [], 'nothing follows from a name or a note')
  const both = told('1.1.5').find(({ id }) => id === 'northmoor-2016-008')
  t.equal(
    both?.reason,
    'Follows from publication letter-northmoor-2016: letter-northmoor-2016 moved. Follows from publication news-northmoor-2016: news-northmoor-2016 moved.',
  )
})
