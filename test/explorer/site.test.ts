// What is around the pages: files, search engines, caches, methods, and the ways to be wrong about an address.
import t from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { pagePaths } from '../support/explorer.ts'
import { realRelease } from '../support/releases.ts'

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const api = await openApp(t, 'real')
const invented = await openApp(t, 'fixture')

t.test('the style and the script of a build are kept for ever, others for a while', async (t) => {
  const { body } = await api.get('/')
  for (const [path, type] of [
    ['/explorer.css', 'text/css; charset=utf-8'],
    ['/explorer.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const [address = ''] = new RegExp(`${path}\\?v=[\\w-]+`).exec(body) ?? []
    const own = await api.get(address)
    t.equal(own.statusCode, 200, address)
    t.equal(own.headers['content-type'], type)
    t.equal(own.headers['cache-control'], 'public, max-age=31536000, immutable')
    const another = await api.get(`${path}?v=older`)
    t.equal(another.body, own.body, 'a page of an older build finds its file')
    t.equal(another.headers['cache-control'], 'public, max-age=300')
  }
  t.match((await api.get('/icon.svg')).headers, { 'content-type': 'image/svg+xml; charset=utf-8' })
  const picture = await api.get('/preview.png')
  t.equal(picture.headers['content-type'], 'image/png')
  t.same([picture.rawPayload.readUInt32BE(16), picture.rawPayload.readUInt32BE(20)], [1_200, 630])
  t.match((await api.get('/favicon.ico')).headers, { location: '/icon.svg' })
})

t.test('the sitemap names every page, and each is there', async (t) => {
  const { body, headers } = await api.get('/sitemap.xml')
  t.equal(headers['content-type'], 'application/xml; charset=utf-8')
  const addresses = [...body.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address = '']) => address)
  const { page } = await api.read<List<unknown>>('/v1/findings?limit=1')
  t.equal(addresses.filter((address) => address.startsWith(`${publicUrl}/findings/`)).length, page.total)
  t.equal(new Set(addresses).size, addresses.length)
  for (const path of [
    '/',
    '/findings',
    '/about',
    '/releases',
    '/areas/salford',
    '/agencies/police',
    '/themes/marac',
  ])
    t.ok(addresses.includes(publicUrl + path), path)
  for (const address of addresses.filter((_, at) => at % 37 === 0 || at < 80)) {
    const { statusCode, body: page } = await api.get(address)
    t.equal(statusCode, 200, address)
    t.match(page, `<link rel="canonical" href="${address}">`)
  }
  t.match((await api.get('/robots.txt')).body, `Sitemap: ${publicUrl}/sitemap.xml`)
})

t.test('the overview describes the data set to search engines of data', async (t) => {
  const { body } = await api.get('/')
  const [, json = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(body) ?? []
  const service = await api.read<Item<{ release: { version: string } }>>('/v1')
  const described = JSON.parse(json)
  t.match(described, {
    '@type': 'Dataset',
    version: service.data.release.version,
    license: /nationalarchives/,
    isAccessibleForFree: true,
  })
  t.ok(described.description.length >= 50 && described.description.length <= 5_000)
  for (const { contentUrl, encodingFormat } of described.distribution) {
    const { statusCode, headers } = await api.get(contentUrl)
    t.equal(statusCode, 200, contentUrl)
    t.match(headers['content-type'], encodingFormat)
  }
})

t.test('every page can be asked for again for nothing', async (t) => {
  for (const path of pagePaths) {
    const first = await api.get(path)
    t.match(first.headers, {
      'cache-control': 'public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400',
      'dataset-release': realRelease,
    })
    const again = await api.get(path, { 'if-none-match': String(first.headers.etag) })
    t.equal(again.statusCode, 304, path)
    t.equal(again.body, '')
    const head = await api.app.inject({ method: 'HEAD', url: path })
    t.equal(head.statusCode, 200)
    t.equal(head.headers.etag, first.headers.etag)
    t.equal(first.headers.link, undefined, 'a page has its links in its head')
  }
})

t.test('no two pages have the same validator', async (t) => {
  const etags = await Promise.all(pagePaths.map(async (path) => (await api.get(path)).headers.etag))
  const data = await Promise.all(
    ['/v1', '/v1/findings'].map(async (path) => (await api.get(path)).headers.etag),
  )
  t.equal(new Set([...etags, ...data]).size, pagePaths.length + data.length)
})

t.test('every page names the address of its data, and a client that wants data is told', async (t) => {
  for (const path of pagePaths) {
    const { body } = await api.get(path)
    const [, address = ''] = /<link rel="alternate" type="application\/json" href="([^"]+)"/.exec(body) ?? []
    t.equal((await api.get(address.replaceAll('&amp;', '&'))).statusCode, 200, `${path}: ${address}`)
  }
  t.match(await api.refuse('/findings/salford-2016-101', { accept: 'application/json' }), {
    status: 406,
    detail: /serves text\/html only\. In another format: \/v1\/findings\/salford-2016-101\./,
  })
  t.match(await api.refuse('/', { accept: 'application/json' }), { detail: /: \/v1\.$/ })
})

t.test('who is not there is told so: a person on a page, a program in data', async (t) => {
  for (const path of ['/nothing', '/area', '/findings/', '/docs/nothing/at-all', '/v2/findings']) {
    const page = await api.get(path, browser)
    t.equal(page.statusCode, 404, path)
    t.equal(page.headers['content-type'], 'text/html; charset=utf-8', path)
    t.match(page.body, '<h1>There is nothing at this address</h1>')
    t.match(page.body, '<meta name="robots" content="noindex">')
    t.match(page.headers, { 'cache-control': 'no-store' })
  }
  for (const path of ['/v1/nothing', '/problems/nothing', '/openapi.xml']) {
    t.match((await api.get(path, browser)).headers['content-type'], 'application/problem+json', path)
  }
  t.match(await api.refuse('/nothing'), { status: 404 })
})

t.test('a near miss is helped', async (t) => {
  const { body, statusCode } = await api.get('/agencies/polise')
  t.equal(statusCode, 404)
  t.match(body, 'Did you mean <a href="/agencies/police">police</a>?')
})

t.test('a withdrawn finding says so, and why', async (t) => {
  const { statusCode, headers, body } = await invented.get('/findings/eastvale-2016-004')
  t.equal(statusCode, 410)
  t.match(headers, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=300' })
  const problem = await invented.refuse('/v1/findings/eastvale-2016-004')
  t.match(body, '<h1>This record was withdrawn</h1>')
  t.match(body, problem.detail.split(' Release ')[0])
  const links = [...body.matchAll(/<a href="([^"]*eastvale[^"]*)"/g)].map(([, link = '']) => link)
  t.same(links, ['/v1/releases/1.0.0/findings/eastvale-2016-004', '/findings/eastvale-2016-005'])
  for (const link of links) t.equal((await invented.get(link)).statusCode, 200, link)
  t.notMatch(body, String(headers['request-id']), 'others will read it from a cache')
})

t.test('only reading is possible', async (t) => {
  const { statusCode, headers } = await api.app.inject({ method: 'POST', url: '/findings' })
  t.equal(statusCode, 405)
  t.match(headers, { allow: 'GET, HEAD, OPTIONS' })
})

t.test('people are told where to write, where there is somebody', async (t) => {
  t.match((await api.get('/about')).body, 'has not given an address to write to')
  const { get } = await openApp(t, 'fixture', { publicUrl, contact: 'mailto:findings@example.org' })
  t.match((await get('/about')).body, '<a href="mailto:findings@example.org">findings@example.org</a>')
})

t.test('without a database a page says so, and what was counted is still shown', async (t) => {
  const { app, database, get } = await openApp(t, 'fixture')
  t.equal((await app.inject('/about')).statusCode, 200)
  await database.reader.destroy()
  const { statusCode, headers, body } = await get('/findings')
  t.equal(statusCode, 500, 'a pool that was closed is our own mistake')
  t.match(headers, { 'cache-control': 'no-store' })
  t.match(body, 'Something broke on our side')
})
