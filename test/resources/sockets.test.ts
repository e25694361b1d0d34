// What never reaches the app: broken HTTP over a real socket is answered as every other error is.
import { connect } from 'node:net'
import t from 'tap'
import { openApp, type Problem, publicUrl } from '../support/app.ts'
import { openWire } from '../support/wire.ts'

const api = await openApp(t, 'fixture')
const port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port)

/** Sends bytes and reads until the server closes. */
const send = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })

function parse(answer: string): { status: number; head: string; problem: Problem } {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) }
}

const broken = {
  'a line that is no HTTP': 'NONSENSE\r\n\r\n',
  'a method that does not exist': 'BREW /v1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'a header field without a name': 'GET /v1 HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n',
  'two lengths of one body': 'GET /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
  'a version that does not exist': 'GET /v1 HTTP/9.9\r\nHost: x\r\n\r\n',
}

for (const [what, bytes] of Object.entries(broken)) {
  t.test(`${what} is a 400 that ends the connection`, async (t) => {
    const { status, head, problem } = parse(await send(bytes))
    t.equal(status, 400)
    t.match(problem, { type: `${publicUrl}/problems/bad-request`, status: 400, errors: [] })
    t.match(head, /^content-type: application\/problem\+json; charset=utf-8$/im)
    t.match(head, /^access-control-allow-origin: \*$/im)
    t.match(head, /^cache-control: no-store$/im)
    t.match(head, /^connection: close$/im)
  })
}

t.test('what is broken after a request does not take the place of its answer', async (t) => {
  const asked = 'GET /v1/findings/facets HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const [what, bytes] of Object.entries(broken)) {
    const wire = openWire(port)
    wire.send(Buffer.from(asked + bytes))
    const answer = await wire.answer('GET')
    t.equal(answer?.status, 200, what)
    t.equal(await wire.answer('GET'), null, 'and the connection ends')
    wire.close()
  }
  const [first, second] = (
    await send(`${asked}${asked.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`)
  ).split(/(?=HTTP\/)/)
  t.match(first, /^HTTP\/1\.1 200/, 'what is not broken is answered, one after the other')
  t.match(second, /^HTTP\/1\.1 200/)
})

t.test('header fields beyond 16 kB are a 431', async (t) => {
  const { status, problem } = parse(
    await send(`GET /v1 HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(17_000)}\r\n\r\n`),
  )
  t.equal(status, 431)
  t.match(problem, { type: `${publicUrl}/problems/headers-too-large`, status: 431 })
})

t.test('the length said of a problem is that of its body', async (t) => {
  const [head = '', body = ''] = (await send('NONSENSE\r\n\r\n')).split('\r\n\r\n')
  t.match(head, `Content-Length: ${Buffer.byteLength(body)}`)
})

t.test('a body sent along with GET is read by nobody', async (t) => {
  const answer = await send(
    'GET /v1/areas HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{',
  )
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
})

t.test('a whole address as the target is answered as its path', async (t) => {
  const answer = await send(
    'GET http://evil.example/v1/areas HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  )
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
  t.notMatch(answer, /evil/)
})

t.test('a method that only others know is a 405', async (t) => {
  for (const method of ['TRACE', 'PROPFIND', 'SEARCH', 'QUERY', 'LINK']) {
    const answer = await send(`${method} /v1/areas HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const { status, head, problem } = parse(answer)
    t.equal(status, 405, method)
    t.match(head, /^allow: GET, HEAD, OPTIONS$/im)
    t.match(problem, { type: `${publicUrl}/problems/method-not-allowed` })
  }
})

t.test('a target of another scheme is a 400 that does not repeat its host', async (t) => {
  const answer = await send('GET ftp://evil.example/v1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  t.match(answer, /^HTTP\/1\.1 400/)
  t.notMatch(answer, /evil/)
})

t.test('a star as the target is answered by what is possible', async (t) => {
  const answer = await send('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.match(answer, /^HTTP\/1\.1 204/)
  t.match(answer, /^allow: GET, HEAD, OPTIONS$/im)
})

t.test('a request without a host is a 400', async (t) => {
  const { status, problem } = parse(await send('GET /v1 HTTP/1.1\r\nConnection: close\r\n\r\n'))
  t.equal(status, 400)
  t.match(problem, { type: `${publicUrl}/problems/bad-request`, detail: /Host/ })
})

t.test('two hosts are a 400, and so is a target that is no path', async (t) => {
  for (const head of [
    'GET /v1 HTTP/1.1\r\nHost: a\r\nHost: b',
    'GET * HTTP/1.1\r\nHost: a',
    'GET /v1#a HTTP/1.1\r\nHost: a',
    'GET /v1?#a HTTP/1.1\r\nHost: a',
  ]) {
    const { status, problem } = parse(await send(`${head}\r\nConnection: close\r\n\r\n`))
    t.equal(status, 400, head)
    t.match(problem, { type: `${publicUrl}/problems/bad-request` })
  }
})

t.test('an expectation nobody knows is not held against the request', async (t) => {
  const answer = await send('GET /v1 HTTP/1.1\r\nHost: a\r\nExpect: 200-foo\r\nConnection: close\r\n\r\n')
  t.match(answer, /^HTTP\/1\.1 200/)
})

t.test('the app goes on serving after all of this', async (t) => {
  t.match(await send('GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n/)
})
