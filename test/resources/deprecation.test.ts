// What is to go says so on every answer for a year, and then is gone: shown on addresses invented here.
import Fastify from 'fastify'
import t from 'tap'
import { announceDeprecations } from '../../src/http/deprecation.ts'
import { answerProblems } from '../../src/http/problems.ts'

const publicUrl = 'http://api.test'
const link = `${publicUrl}/docs#old`
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)

const app = Fastify()
answerProblems(app, { publicUrl, showPage: () => undefined })
announceDeprecations(app)
const announced = { since: day(-10), sunset: day(400), link }
const retired = { since: day(-800), sunset: day(-1), link }
let described: unknown
app.addHook('onRoute', ({ url, schema }) => {
  if (url === '/old') described = schema
})
app.get('/old', { config: { deprecation: announced } }, async (_request, reply) => {
  reply.header('Link', `<${publicUrl}/v1>; rel="canonical"`)
  return {}
})
app.get('/new', async () => ({}))
app.get('/retired', { config: { deprecation: retired } }, async () => ({}))
t.teardown(() => app.close())

t.test('an address that is to go says since when, until when and what to read', async (t) => {
  const { statusCode, headers } = await app.inject('/old')
  t.equal(statusCode, 200)
  t.equal(headers.deprecation, `@${Date.parse(announced.since) / 1_000}`, 'a date of structured fields')
  t.equal(Date.parse(String(headers.sunset)), Date.parse(announced.sunset), 'an HTTP date')
  t.match(headers.sunset, / GMT$/)
  t.equal(
    headers.link,
    `<${publicUrl}/v1>; rel="canonical", <${link}>; rel="deprecation"; type="text/html"`,
    'beside the other links',
  )
  t.match(described, { deprecated: true }, 'and so does the contract')
})

t.test('other addresses say nothing of it', async (t) => {
  const { headers } = await app.inject('/new')
  t.same([headers.deprecation, headers.sunset, headers.link], [undefined, undefined, undefined])
})

t.test('after its last day it is a 410 that says where to read on', async (t) => {
  const response = await app.inject('/retired')
  t.equal(response.statusCode, 410)
  t.match(response.json(), { type: `${publicUrl}/problems/retired`, detail: link })
  t.ok(response.headers.sunset)
})

t.test('nothing can be announced that would go in less than twelve months', async (t) => {
  for (const sunset of [day(300), 'soon']) {
    const hasty = Fastify()
    announceDeprecations(hasty)
    t.throws(() =>
      hasty.get('/x', { config: { deprecation: { since: day(0), sunset, link } } }, async () => ''),
    )
    await hasty.close()
  }
})
