// The change feed as Atom, read by a feed parser: the same events newest first, each the same entry for ever.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseFeed } from '@rowanmanning/feed-parser'
import t from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { encodeCursor } from '../../src/lib/cursor.ts'
import { openApp, publicUrl, type TestApp } from '../support/app.ts'
import { writeHistory } from '../support/histories.ts'
import { type Event, eventsOf, walkFeed } from '../support/mirror.ts'
import { copyReleases } from '../support/releases.ts'
import { findXmlMistake } from '../support/xml.ts'

const api = await openApp(t, 'fixture')
const twin = await openApp(t, 'fixture')
const root = copyReleases(t)
// Its texts hold & < > " ' and the end of CDATA.
const versions = writeHistory(root, [
  [
    { act: 'addFinding', pick: 0 },
    { act: 'addTheme', pick: 0 },
    { act: 'correctAddress', pick: 0 },
    { act: 'withdrawFinding', pick: 5 },
    { act: 'withdrawFinding', pick: 20 },
  ],
  [{ act: 'restoreFinding', pick: 0 }],
])
const odd = await openApp(t, 'fixture', undefined, root)

type Feed = ReturnType<typeof parseFeed>

async function read(app: TestApp, address: string): Promise<Feed> {
  const { statusCode, body } = await app.get(address)
  if (statusCode !== 200) throw new Error(`${address}: ${statusCode} ${body}`)
  const mistake = findXmlMistake(body)
  if (mistake !== null) throw new Error(`${address}: ${mistake}`)
  return parseFeed(body)
}

const linkOf = (feed: Feed, rel: string): string | null =>
  feed.element
    .findElementsWithName('link')
    .find((link) => link.getAttribute('rel') === rel)
    ?.getAttribute('href') ?? null

async function walk(app: TestApp, from: string): Promise<Feed[]> {
  const feeds: Feed[] = []
  for (let address: string | null = from; address !== null; ) {
    const feed = await read(app, address)
    feeds.push(feed)
    address = linkOf(feed, 'next')
  }
  return feeds
}

const path = '/v1/changes.atom'
const itemsOf = (feeds: readonly Feed[]) => feeds.flatMap(({ items }) => items)
/** The identifier an event has for ever, wherever the service stands: a UUID of version 8 made from its number. */
function idOf({ seq }: Event): string {
  const hash = createHash('sha256').update(`JTAI Findings API change ${seq}`).digest('hex')
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash) ?? []
  return `urn:uuid:${a}-${b}-8${c}-8${d}-${e}`
}
const newestFirst = async (app: TestApp, query = '') =>
  eventsOf(await walkFeed(app, `/v1/changes?limit=500${query}`)).toReversed()

t.test('what is not well-formed would be noticed', async (t) => {
  for (const text of [
    '<a>',
    '<a></b>',
    '<a>&</a>',
    '<a>&nbsp;</a>',
    '<a b="<"/>',
    '<a>]]></a>',
    '<a b=c/>',
    '<a>\u0001</a>',
  ])
    t.not(findXmlMistake(text), null, text)
  t.equal(findXmlMistake('<?xml version="1.0"?><a b="&amp;"><![CDATA[ <&]] ]]><c/>&#62;x]</a>'), null)
})

t.test('the feed says what it is and how to go on', async (t) => {
  const response = await api.get(path)
  t.equal(response.headers['content-type'], 'application/atom+xml; charset=utf-8')
  const feed = await read(api, path)
  t.same(feed.meta, { type: 'atom', version: '1.0' })
  t.match(feed.title, /changes$/)
  t.ok(feed.description)
  t.match(feed.copyright, 'Open Government Licence')
  t.same(feed.updated, new Date('2021-01-01T00:00:00Z'))
  t.equal(linkOf(feed, 'self'), `${publicUrl}${path}`)
  t.equal(linkOf(feed, 'first'), `${publicUrl}${path}`)
  t.match(linkOf(feed, 'next'), `${publicUrl}${path}?cursor=`)
  t.match(
    feed.element.findElementWithName('id')?.textContent,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  t.ok(feed.authors.length === 1 && feed.authors[0]?.name, 'an author for every entry')
  t.equal(feed.items.length, 100)
})

for (const [world, app] of [
  ['the invented world', api],
  ['odd texts', odd],
] as const) {
  t.test(`the entries of ${world} are the events, newest first`, async (t) => {
    const events = await newestFirst(app)
    const items = itemsOf(await walk(app, path))
    t.equal(items.length, events.length)
    t.same(
      items.map(({ id }) => id),
      events.map(idOf),
    )
    for (const [index, event] of events.entries()) {
      const item = items[index]
      t.equal(item?.title, `${event.release}: ${event.entity} ${event.id} ${event.type}`)
      t.same([item?.updated, item?.published], [new Date(event.released_at), new Date(event.released_at)])
      t.equal(item?.url, event.url)
      t.same(
        item?.categories.map(({ term }) => term),
        [event.type, event.entity, ...(event.inspection === null ? [] : [event.inspection])],
      )
      const said = item?.description ?? ''
      t.ok(said.startsWith(event.reason ?? 'New record.'), `${event.seq}: ${said}`)
      if (event.replaced_by !== null) t.match(said, event.replaced_by)
      if (event.type === 'corrected') for (const field of event.changed_fields) t.match(said, field)
      const content = item?.content ?? ''
      for (const field of event.changed_fields) t.ok(content.includes(`${field}: `), `${event.seq}: ${field}`)
      for (const record of [event.before, event.after]) {
        const text = record?.summary
        if (typeof text === 'string' && event.changed_fields.includes('summary'))
          t.ok(content.includes(text), text)
      }
    }
  })
}

t.test('characters that mean something to XML arrive as they are', async (t) => {
  const items = itemsOf(await walk(odd, path))
  const added = (await newestFirst(odd)).find(
    ({ type, entity, release }) => type === 'created' && entity === 'finding' && release === versions[0],
  )
  const summary = String(added?.after?.summary)
  t.match(summary, /& <more>/)
  t.ok(items.some(({ content }) => content?.includes(`summary: ${summary}`)))
  t.ok(
    items.some(({ content }) => content?.includes(']]> & others.')),
    'the end of CDATA',
  )
  t.ok(
    items.some(({ content }) => content?.includes('?a=1&b=2')),
    'an address with &',
  )
  const reasons = items.filter(({ description }) =>
    description?.includes(`"it" was <wrong> & that's it ]]>.`),
  )
  t.ok(reasons.length >= 4)
  for (const { element } of items) {
    const id = element.findElementWithName('id')?.textContent
    t.equal(id, id?.trim(), 'no white space in an identifier')
  }
})

t.test('an entry has one identifier, for ever and everywhere', async (t) => {
  const ids = async (app: TestApp, query: string) =>
    itemsOf(await walk(app, path + query)).map(({ id }) => id)
  const here = await ids(api, '')
  t.equal(new Set(here).size, here.length)
  t.same(await ids(twin, ''), here, 'on another instance')
  t.same((await ids(odd, '')).slice(-here.length), here, 'after more releases')
  for (const query of [
    '?type=withdrawn',
    '?inspection=northmoor-2016&limit=5',
    '?entity=finding,area&limit=50',
  ]) {
    const some = await ids(api, query)
    t.ok(some.length > 0 && some.every((id) => here.includes(id)), query)
  }
  for (const id of here) t.ok(URL.canParse(id ?? ''))
})

t.test('next links lead through every event, with any limit and any filter', async (t) => {
  for (const query of [
    '',
    '&type=corrected,withdrawn',
    '&inspection=pont-ecoute-2017',
    '&entity=agency&type=created',
  ]) {
    const wanted = (await newestFirst(api, query)).map(idOf)
    for (const limit of [1, 2, 3, 7, 10, wanted.length - 1, wanted.length, wanted.length + 1, 500].filter(
      (one) => one > 0,
    )) {
      if (limit < 5 && wanted.length > 60) continue
      const feeds = await walk(api, `${path}?limit=${limit}${query}`)
      t.same(
        itemsOf(feeds).map(({ id }) => id),
        wanted,
        `${query} by ${limit}`,
      )
      t.equal(feeds.length, Math.max(Math.ceil(wanted.length / limit), 1))
      const names = new Set(feeds.map((feed) => feed.element.findElementWithName('id')?.textContent))
      t.equal(names.size, 1, 'the pages of a feed are one feed')
      const selves = feeds.map((feed) => linkOf(feed, 'self'))
      t.equal(new Set(selves).size, feeds.length)
      for (const self of selves) t.equal((await api.get(self ?? '')).statusCode, 200)
    }
  }
  t.same((await read(api, `${path}?entity=inspectorate&type=withdrawn`)).items, [], 'an empty feed is a feed')
})

t.test('feeds of other filters are other feeds', async (t) => {
  const idAt = async (query: string) =>
    (await read(api, path + query)).element.findElementWithName('id')?.textContent
  const ids = await Promise.all(
    ['', '?type=withdrawn', '?entity=finding', '?entity=finding&type=withdrawn'].map(idAt),
  )
  t.equal(new Set(ids).size, 4)
  for (const id of ids) {
    t.equal(id, id?.trim())
    t.ok(URL.canParse(id ?? ''))
  }
})

t.test('a release in mid-walk neither repeats nor loses an entry', async (t) => {
  const before = (await newestFirst(twin)).map(idOf)
  const first = await read(twin, `${path}?limit=50`)
  const etag = String((await twin.get(path)).headers.etag)
  t.equal((await twin.get(path, { 'if-none-match': etag })).statusCode, 304)
  await publish(twin.database.owner, root)
  while (twin.catalogue.current().release.version !== versions.at(-1)) await sleep(50) // tap's timeout ends it
  const rest = await walk(twin, linkOf(first, 'next') ?? '')
  t.same(
    itemsOf([first, ...rest]).map(({ id }) => id),
    before,
  )
  const fresh = await read(twin, path)
  t.same(
    fresh.items.map(({ id }) => id),
    (await newestFirst(twin)).map(idOf).slice(0, 100),
  )
  t.ok((fresh.updated ?? 0) > (first.updated ?? 0))
  t.equal((await twin.get(path, { 'if-none-match': etag })).statusCode, 200)
})

t.test('what cannot be asked is refused as a problem', async (t) => {
  for (const query of ['since=x', 'limit=0', 'limit=501', 'type=gone', 'entity=x', 'cursor=x', 'bom=true'])
    t.equal((await api.refuse(`${path}?${query}`)).status, 400, query)
  t.match(await api.refuse(`${path}?inspection=northmor-2016`), {
    errors: [{ did_you_mean: 'northmoor-2016' }],
  })
  const next = new URL(linkOf(await read(api, `${path}?limit=5`), 'next') ?? '').searchParams.get('cursor')
  t.match(await api.refuse(`${path}?type=created&cursor=${next}`), { errors: [{ parameter: 'cursor' }] })
  const unseen = encodeCursor({ version: '9.9.9', direction: 'next', position: 5 }, '/changes.atom?')
  t.equal((await api.refuse(`${path}?cursor=${unseen}`)).status, 503)
  const refused = await api.get(path, { accept: 'application/json' })
  t.equal(refused.statusCode, 406)
  t.match(refused.json(), { detail: '/v1/changes,' })
  for (const accept of ['application/atom+xml', 'application/xml;q=0.5, */*;q=0.1', 'application/*'])
    t.equal((await api.get(path, { accept })).statusCode, 200, accept)
})
