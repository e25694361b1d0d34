// The reference, whose every byte comes from this server.
import t from 'tap'
import { openApp, publicUrl } from '../support/app.ts'

const api = await openApp(t, 'fixture')

const policyOf = (header: unknown): Map<string, string[]> =>
  new Map(
    String(header)
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = '', ...sources]) => [name, sources]),
  )

/** Every file the reference loads, found by following it from /docs on. */
async function crawl(): Promise<Map<string, { type: string; body: string; policy: unknown }>> {
  const files = new Map<string, { type: string; body: string; policy: unknown }>()
  const queue = ['/docs']
  for (const path of queue) {
    if (files.has(path)) continue
    const { statusCode, headers, body } = await api.get(path)
    if (statusCode >= 300 && statusCode < 400) {
      queue.push(new URL(String(headers.location), `${publicUrl}${path}`).pathname)
      continue
    }
    if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
    files.set(path, {
      type: String(headers['content-type']),
      body,
      policy: headers['content-security-policy'],
    })
    if (!String(headers['content-type']).startsWith('text/html')) continue
    for (const [, link = ''] of body.matchAll(/(?:href|src)="([^"]+)"/g)) {
      queue.push(new URL(link, `${publicUrl}${path.replace(/\/?$/, '/')}`).pathname)
    }
  }
  return files
}

t.test('the reference loads nothing from elsewhere', async (t) => {
  const files = await crawl()
  t.ok(files.size >= 4, [...files.keys()].join(' '))
  for (const [path, { type, body }] of files) {
    if (/html/.test(type)) t.notMatch(body, /(?:src|href|action)="(?:https?:)?\/\//i, path)
    if (/css/.test(type)) t.notMatch(body, /@import|url\(\s*["']?(?:https?:)?\/\//i, path)
  }
  const own = [...files.keys()].find((path) => path.endsWith('swagger-initializer.js')) ?? ''
  const { body = '' } = files.get(own) ?? {}
  t.match(body, 'SwaggerUIBundle')
  t.notMatch(body, /validator\.swagger\.io/)
})

t.test('the reference runs under a policy that lets in this server alone', async (t) => {
  const pages = [...(await crawl()).values()].filter(({ type }) => type.startsWith('text/html'))
  t.ok(pages.length > 0)
  for (const { policy, body } of pages) {
    const directives = policyOf(policy)
    t.ok(directives.has('default-src'))
    for (const [name, sources] of directives) {
      for (const source of sources) {
        t.ok(["'self'", "'none'", 'data:', publicUrl].includes(source), `${name} ${source}`)
      }
    }
    t.notMatch(body, /<script>[^<]/, 'no script within the page')
  }
})

t.test('what is not there below /docs is a problem like any other', async (t) => {
  t.match(await api.refuse('/docs/nothing'), { status: 404 })
  for (const path of [
    '..%2f..%2fpackage.json',
    '%2e%2e/%2e%2e/package.json',
    '../../package.json',
    '%2e%2e%5cpackage.json',
  ]) {
    t.match(String((await api.refuse(`/docs/static/${path}`)).status), /^4/, path)
  }
})

t.test('a browser that asks for pages only gets the pages', async (t) => {
  for (const path of ['/', '/docs/']) {
    const { statusCode } = await api.get(path, { accept: 'text/html' })
    t.ok(statusCode < 400, `${path}: ${statusCode}`)
  }
})

t.test('its files are revalidated by their ETag, and by no date', async (t) => {
  const path = '/docs/static/index.css'
  const { headers } = await api.get(path)
  t.equal((await api.get(path, { 'if-none-match': String(headers.etag) })).statusCode, 304)
  for (const date of ['99999', 'Sun, 01 Jan 2040 00:00:00 GMT'])
    t.equal((await api.get(path, { 'if-modified-since': date })).statusCode, 200, date)
})
