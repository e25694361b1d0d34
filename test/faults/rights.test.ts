// What the real process tells to whom: nothing secret or of its clients in the log, nothing of the operator in public.
import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { nodeServer, start } from '../support/process.ts'

const { readerUrl } = await createDatabase(t, 'real')
const withPassword = new URL(readerUrl)
withPassword.password = 'open-sesame'
const server = await start(
  t,
  { DATABASE_URL: withPassword.href, LOG_LEVEL: 'trace', TRUST_PROXY: '1', RATE_LIMIT: '0' },
  nodeServer,
)
await server.ready()

const clientOf = '127.0.7.7'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

const ask = (path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request(new URL(path, server.url), { headers, localAddress: clientOf, agent: false }, (response) => {
      let text = JSON.stringify(response.headers)
      response
        .setEncoding('utf8')
        .on('data', (piece) => {
          text += piece
        })
        .once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .once('error', reject)
      .end()
  })

/** The lines of the log, once no more come. */
async function readLog(): Promise<string> {
  for (let before = -1; before !== server.output().length; ) {
    before = server.output().length
    await sleep(500)
  }
  return server.output()
}

t.test('the log holds no password, no question and no address of a client', async (t) => {
  const forwarded = {
    'x-forwarded-for': '203.0.113.77, 2001:db8:77::77',
    authorization: 'Bearer letmein',
    cookie: 'who=letmein',
  }
  for (const path of [
    '/v1/findings?q=whisperedword',
    '/findings?q=whisperedword',
    '/v1/findings?q=whisperedword&limit=0',
    '/v1/findings?whisperedword=1',
    '/v1/findings.csv?q=whisperedword',
    '/v1/whisperedword',
    '/v1/areas/whisperedword',
    '/v1/citation?url=/v1/findings%3Fq%3Dwhisperedword',
    '/v1/findings?cursor=whisperedword',
    '/v1/%zzwhisperedword',
  ])
    await ask(path, forwarded)
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end('GET /whisperedword HTTP/9.9\r\n\r\n')
  await new Promise((resolve) => socket.resume().once('close', resolve))
  const log = await readLog()
  t.ok(log.split('\n').filter((line) => line.includes('"msg":"request"')).length >= 10)
  for (const secret of ['open-sesame', 'whisperedword', '203.0.113.77', '2001:db8', clientOf, 'letmein'])
    t.notOk(log.includes(secret), `${secret} is not told`)
})

t.test('a line of the log leads to the answer and to the trace it belongs to', async (t) => {
  for (const path of ['/v1/inspections', '/v1/inspections']) {
    const { text } = await ask(path, { traceparent: `00-${trace}-00f067aa0ba902b7-01` })
    const id = /"request-id":"([^"]+)"/.exec(text)?.[1] ?? 'none'
    const line = (await readLog()).split('\n').find((one) => one.includes(id)) ?? '{}'
    t.match(JSON.parse(line), {
      reqId: id,
      method: 'GET',
      route: '/v1/inspections',
      status: 200,
      traceId: trace,
    })
  }
  for (const malformed of ['00-zz-00f067aa0ba902b7-01', `00-${trace}`, '']) {
    const { text } = await ask('/v1/themes', { traceparent: malformed })
    const id = /"request-id":"([^"]+)"/.exec(text)?.[1] ?? 'none'
    const line = (await readLog()).split('\n').find((one) => one.includes(id)) ?? '{}'
    t.notOk('traceId' in JSON.parse(line), malformed)
  }
})

t.test('what is for the operator is on the ops listener only, and the API is not', async (t) => {
  for (const path of ['/livez', '/readyz', '/metrics']) {
    t.equal((await ask(path)).status, 404, path)
    t.equal((await fetch(server.opsUrl + path)).status, 200, path)
  }
  for (const path of ['/v1', '/', '/openapi.json'])
    t.equal((await fetch(server.opsUrl + path)).status, 404, path)
  const told = await (await fetch(`${server.opsUrl}/metrics`)).text()
  for (const secret of ['open-sesame', 'whisperedword', '203.0.113.77', clientOf])
    t.notOk(told.includes(secret))
})

t.test('what a client says of hosts reaches no answer', async (t) => {
  const headers = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'evil',
    forwarded: 'host=evil.example;proto=evil',
    origin: 'https://evil.example',
    referer: 'https://evil.example/',
  }
  for (const path of [
    '/v1',
    '/v1/findings?limit=1',
    '/',
    '/findings',
    '/v1/nothing',
    '/v1/releases/latest',
    '/openapi.json',
    '/sitemap.xml',
    '/robots.txt',
    '/.well-known/security.txt',
    '/docs',
  ]) {
    t.notMatch((await ask(path, headers)).text, /evil/, path)
  }
})
