// A dashboard on a page of another origin, in a real browser: it reads counts and headers and asks again for little.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { type Item, openApp, type Problem } from '../support/app.ts'
import { servePage, visit } from '../support/browser.ts'
import { freePort } from '../support/process.ts'
import { realRelease } from '../support/releases.ts'

/** An answer as the page could read it: what CORS hides is null. */
interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, string | null>>
  readonly body: string
}

interface Value {
  readonly id: string | null
  readonly label: string
  readonly count: number
  readonly url: string
}

interface Crosstab {
  readonly row_values: readonly Value[]
  readonly col_values: readonly Value[]
  readonly cells: readonly { row: string | null; col: string | null; count: number; url: string }[]
}

interface Facets {
  readonly total: { readonly count: number }
  readonly facets: readonly { readonly dimension: string; readonly values: readonly Value[] }[]
}

const crosstab = '/v1/findings/crosstab?rows=agency&cols=theme'
const facets = '/v1/findings/facets'
const csv = '/v1/findings.csv?agency=police&download=true'

const port = await freePort()
const publicUrl = `http://127.0.0.1:${port}`
const { app } = await openApp(t, 'real', { publicUrl })
await app.listen({ host: '127.0.0.1', port })

/** What has reached the server: tells an answer of the API from one of the browser's cache. */
const exchanges: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = []
app.server.prependListener('request', (request, response) => {
  exchanges.push({ request, response })
})
const listExchanges = () =>
  exchanges.map(({ request, response }) => ({
    method: request.method,
    path: request.url,
    ifNoneMatch: request.headers['if-none-match'],
    status: response.statusCode,
  }))

const html = readFileSync(join(import.meta.dirname, 'dashboard.html'), 'utf8')
const origin = await servePage(t, html)
const { page, errors } = await visit(t, `${origin}?api=${encodeURIComponent(publicUrl)}`)

const get = (path: string, cache = 'default') =>
  page.evaluate<Seen>(`dashboard.get(${JSON.stringify(path)}, ${JSON.stringify({ cache })})`)
const revalidate = (path: string) => page.evaluate<Seen>(`dashboard.revalidate(${JSON.stringify(path)})`)
const askDirectly = async <T>(path: string): Promise<T> => (await app.inject(path)).json<T>()

t.test('a page of another origin draws a table of the numbers the API says', async (t) => {
  await page.evaluate(`dashboard.draw(${JSON.stringify(crosstab)})`)
  const rows = await page.locator('tr').all()
  const drawn = await Promise.all(rows.map((row) => row.locator('td').allTextContents()))
  const { data } = await askDirectly<Item<Crosstab>>(crosstab)
  const width = data.col_values.length
  t.ok(width > 10 && data.row_values.length > 10, 'the table is a table')
  t.same(drawn, [
    ['', ...data.col_values.map(({ label }) => label)],
    ...data.row_values.map(({ label }, at) => [
      label,
      ...data.cells.slice(at * width, (at + 1) * width).map(({ count }) => String(count)),
    ]),
  ])
})

t.test('it reads every header a client needs, on counts', async (t) => {
  for (const path of [crosstab, facets]) {
    const { status, headers } = await get(path)
    const direct = await app.inject(path)
    t.equal(status, 200)
    for (const name of ['content-type', 'etag', 'link', 'dataset-release', 'last-modified'])
      t.equal(headers[name], direct.headers[name], `${name} of ${path}`)
    t.match(headers, {
      'content-type': /^application\/json/,
      etag: /^W\/".+"$/,
      'dataset-release': realRelease,
    })
    t.match(headers.link, `<${publicUrl}/v1/releases/${realRelease}${path.slice(3).split('?')[0]}`)
    t.match(headers.link, 'rel="canonical"')
    t.ok(headers['request-id'], 'a request can be named in a report of a fault')
  }
})

t.test('it follows the address of a count to just these findings', async (t) => {
  const { data } = await askDirectly<Item<Facets>>(facets)
  const police = data.facets
    .find(({ dimension }) => dimension === 'agency')
    ?.values.find(({ id }) => id === 'police')
  const { body } = await get(police?.url ?? '')
  t.ok((police?.count ?? 0) > 100)
  t.match(JSON.parse(body), { page: { total: police?.count } })
})

t.test('it reads the name of a download, and counts a stream as it comes', async (t) => {
  const { status, headers } = await get(csv)
  t.equal(status, 200)
  t.equal(
    headers['content-disposition'],
    `attachment; filename="jtai-findings-${realRelease}-agency-police.csv"`,
  )
  t.match(headers, { 'content-type': /^text\/csv/, etag: /^W\//, 'dataset-release': realRelease })
  const { data } = await askDirectly<Item<Facets>>(facets)
  t.equal(await page.evaluate(`dashboard.countLines('/v1/findings.ndjson')`), data.total.count)
})

for (const path of [crosstab, facets, csv]) {
  t.test(`its own If-None-Match is answered 304, after a preflight: ${path}`, async (t) => {
    const first = await revalidate(path)
    exchanges.length = 0
    const again = await revalidate(path)
    const etag = first.headers.etag
    t.equal(first.status, 200)
    t.equal(again.status, 304)
    t.equal(again.body, '', 'without a body')
    t.match(again.headers, { etag, 'dataset-release': realRelease }, 'which still says what it is about')
    t.same(listExchanges(), [
      { method: 'OPTIONS', path, ifNoneMatch: undefined, status: 204 },
      { method: 'GET', path, ifNoneMatch: etag, status: 304 },
    ])
  })
}

t.test("the browser's own cache asks for little, too, and loses no header", async (t) => {
  const fresh = await get(facets)
  exchanges.length = 0
  t.same(await get(facets), fresh, 'what is fresh is not asked for again')
  t.same(listExchanges(), [])
  const checked = await get(facets, 'no-cache')
  t.same(listExchanges(), [{ method: 'GET', path: facets, ifNoneMatch: fresh.headers.etag, status: 304 }])
  t.equal(checked.status, 200, 'a 304 of the server is the kept answer to the page')
  t.equal(checked.body, fresh.body)
  t.equal(checked.headers.link, fresh.headers.link)
})

t.test('the console has been silent so far', async (t) => {
  t.same(errors, [])
})

t.test('a mistake is a problem the page can read', async (t) => {
  const path = '/v1/findings/crosstab?rows=agnecy&cols=theme'
  const { status, headers, body } = await get(path)
  const problem: Problem = JSON.parse(body)
  t.equal(status, 400)
  t.match(headers, { 'content-type': /^application\/problem\+json/, 'request-id': problem.request_id })
  t.match(headers.link, 'rel="describedby"')
  t.match(problem, { status: 400, errors: [{ parameter: 'rows', did_you_mean: 'agency' }] })
  t.match(errors, [/status of 400/], 'the browser itself notes it')
  t.match(errors, [path])
  t.equal(errors.length, 1)
})
