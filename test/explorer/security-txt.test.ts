// /.well-known/security.txt: the fields of RFC 9116, always for a while to come, whatever the database does.
import { mock } from 'node:test'
import t from 'tap'
import { openApp, publicUrl } from '../support/app.ts'

const path = '/.well-known/security.txt'
const plain = await openApp(t, 'fixture')
const reachable = await openApp(t, 'fixture', { publicUrl, contact: 'mailto:security@example.org' })

const read = (body: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    body
      .trimEnd()
      .split('\n')
      .map((line) => {
        const at = line.indexOf(': ')
        return [line.slice(0, at), line.slice(at + 2)]
      }),
  )

t.test('it has each field of RFC 9116 once, with addresses of this service', async (t) => {
  const { statusCode, headers, body } = await reachable.get(path)
  t.equal(statusCode, 200)
  t.equal(headers['content-type'], 'text/plain; charset=utf-8')
  t.equal(body.trimEnd().split('\n').length, 5)
  t.match(read(body), {
    Contact: 'mailto:security@example.org',
    'Preferred-Languages': 'en',
    Canonical: `${publicUrl}${path}`,
    Policy: `${publicUrl}/about#contact`,
  })
  const { body: policy } = await reachable.get('/about')
  t.match(policy, /<h2 id="contact">.*A weakness of the service itself/s)
})

t.test('without a contact it leads to the page that says so', async (t) => {
  t.equal(read((await plain.get(path)).body).Contact, `${publicUrl}/about`)
})

t.test('it is never out of date: it expires in months to come, less than a year ahead', async (t) => {
  const day = 86_400_000
  for (const years of [0, 1, 10]) {
    const now = Date.UTC(2026 + years, 10, 22, 23, 59)
    mock.timers.enable({ apis: ['Date'], now })
    const { Expires: expires = '' } = read((await plain.get(path)).body)
    mock.timers.reset()
    t.match(expires, /^\d{4}-\d\d-\d\dT00:00:00Z$/)
    const ahead = Date.parse(expires) - now
    t.ok(ahead > 30 * day && ahead < 365 * day, expires)
  }
})

t.test('it may be kept for a day, is read only, and is no part of the contract', async (t) => {
  const { headers } = await plain.get(path)
  t.match(headers, { 'cache-control': 'public, max-age=86400', 'access-control-allow-origin': '*' })
  const head = await plain.app.inject({ method: 'HEAD', url: path })
  t.equal(head.statusCode, 200)
  t.equal(head.body, '')
  t.equal(head.headers['content-type'], headers['content-type'])
  t.equal((await plain.app.inject({ method: 'POST', url: path })).statusCode, 405)
  t.notMatch((await plain.get('/openapi.json')).body, 'well-known')
})

t.test('it answers without a database', async (t) => {
  await plain.database.reader.destroy()
  t.equal((await plain.get(path)).statusCode, 200)
})
