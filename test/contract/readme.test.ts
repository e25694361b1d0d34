// The README under test: what it shows of an answer is what the API answers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type List, openApp } from '../support/app.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const address = 'http://127.0.0.1:3000'

const examples = [
  ...readme.matchAll(/```sh\ncurl -s '([^'\n]+)'\n```\n\n```(?:json|csv|bib)\n([^`]+)```/g),
].map(([, url = '', shown = '']) => ({ url, shown }))

t.test('every answer the README shows is real', async (t) => {
  const { app } = await openApp(t, 'real', { publicUrl: address })
  t.ok(examples.length >= 13, 'the examples are found')
  for (const { url, shown } of examples) {
    const { body } = await app.inject({ url: url.replace(address, '') })
    const lines = (body.startsWith('{') ? JSON.stringify(JSON.parse(body), null, 2) : body).split(/\r?\n/)
    let at = -1
    for (const line of shown.split('\n').filter((line) => line !== '' && line !== '…')) {
      const bare = line.replace(/,$/, '')
      at = lines.findIndex((one, index) => index > at && one.replace(/,$/, '') === bare)
      if (at < 0) {
        t.fail(`${url} does not answer: ${line}`)
        break
      }
    }
    t.ok(at >= 0, url)
  }
})

t.test('an unchanged answer is a 304, as the README shows', async (t) => {
  t.match(readme, 'If-None-Match: $etag')
  const { app } = await openApp(t, 'real', { publicUrl: address })
  const { headers } = await app.inject({ url: '/v1/themes' })
  const again = await app.inject({ url: '/v1/themes', headers: { 'if-none-match': String(headers.etag) } })
  t.equal(again.statusCode, 304)
})

t.test('the numbers of findings in the README are those of the data', async (t) => {
  const { read } = await openApp(t, 'real')
  const { data } = await read<List<{ name: string; counts: { total: number } }>>('/v1/areas')
  for (const { name, counts } of data) t.match(readme.replaceAll('\n', ' '), `${name} ${counts.total}`)
})
