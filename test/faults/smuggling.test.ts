// Messages that two servers in a row could read differently: each is refused, or read in the one way there is. A request
// hidden in another is never answered, and each answer belongs to its request.
import fc from 'fast-check'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { nodeServer, start } from '../support/process.ts'
import { type Answer, openWire } from '../support/wire.ts'

t.setTimeout(120_000)
const seed = Number(process.env.FAULTS_SEED ?? 20_160_928)
const { readerUrl } = await createDatabase(t, 'fixture')
const server = await start(t, { DATABASE_URL: readerUrl, RATE_LIMIT: '0' }, nodeServer)
await server.ready()
const port = Number(new URL(server.url).port)

/** All answers to these bytes until the server closes. */
async function exchange(bytes: string, methods: readonly string[] = ['GET']): Promise<Answer[]> {
  const wire = openWire(port)
  wire.send(Buffer.from(bytes, 'latin1'))
  const answers: Answer[] = []
  for (let at = 0; ; at += 1) {
    const answer = await wire.answer(methods[at] ?? 'GET')
    if (answer === null) break
    answers.push(answer)
  }
  wire.close()
  return answers
}

const host = 'Host: x\r\n'
const hidden = `GET /v1/areas/hidden HTTP/1.1\r\n${host}Connection: close\r\n\r\n`
const [chunked, ended] = ['Transfer-Encoding: chunked\r\n', '0\r\n\r\n']

const refused = {
  'a length and chunks': `${host}Content-Length: 5\r\n${chunked}\r\n${ended}`,
  'chunks and a length': `${host}${chunked}Content-Length: 5\r\n\r\n${ended}`,
  'two lengths': `${host}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n`,
  'the same length twice': `${host}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
  'a list of lengths': `${host}Content-Length: 0, ${hidden.length}\r\n\r\n`,
  'a length with a sign': `${host}Content-Length: +0\r\n\r\n`,
  'a negative length': `${host}Content-Length: -1\r\n\r\n`,
  'a length in hexadecimal': `${host}Content-Length: 0x0\r\n\r\n`,
  'a length beyond all numbers': `${host}Content-Length: 99999999999999999999999\r\n\r\n`,
  'an empty length': `${host}Content-Length:\r\n\r\n`,
  'chunked, but not last': `${host}Transfer-Encoding: chunked, identity\r\n\r\n${ended}`,
  'chunked twice': `${host}${chunked}${chunked}\r\n${ended}`,
  'chunked behind a vertical tab': `${host}Transfer-Encoding: \x0bchunked\r\n\r\n${ended}`,
  'a space before the colon': `${host}Transfer-Encoding : chunked\r\n\r\n${ended}`,
  'a space before the name': ` ${host}\r\n`,
  'a folded field': `${host}Transfer-Encoding:\r\n chunked\r\n\r\n${ended}`,
  'a line feed alone in a field': `${host}X: a\nTransfer-Encoding: chunked\r\n\r\n${ended}`,
  'a carriage return alone in a field': `${host}X: a\rTransfer-Encoding: chunked\r\n\r\n${ended}`,
  'a NUL in a field': `${host}X: a\0b\r\n\r\n`,
  'a NUL in a name': `${host}X\0: a\r\n\r\n`,
  'two hosts': `${host}Host: y\r\nConnection: close\r\n\r\n`,
  'no host': 'Connection: close\r\n\r\n',
}

t.test('what could be read in two ways is refused, and nothing after it is read', async (t) => {
  for (const [what, rest] of Object.entries(refused)) {
    const answers = await exchange(`GET /v1/areas/northmoor HTTP/1.1\r\n${rest}${hidden}`)
    t.same(
      answers.map(({ status }) => status),
      [400],
      what,
    )
    t.notMatch(String(answers[0]?.body), /hidden/)
  }
})

const lines = {
  'line feeds alone': `GET /v1/areas/northmoor HTTP/1.1\nHost: x\n\n${hidden}`,
  'a version that does not exist': `GET /v1/areas/northmoor HTTP/1.2\r\n${host}\r\n${hidden}`,
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/0.9': 'GET /v1/areas/northmoor\r\n\r\n',
  'a space in the target': `GET /v1/areas/north moor HTTP/1.1\r\n${host}\r\n`,
  'a NUL in the target': `GET /v1/areas/\0 HTTP/1.1\r\n${host}\r\n`,
  'bytes outside ASCII in the target': `GET /v1/areas/\xc3\xa9 HTTP/1.1\r\n${host}\r\n`,
  'a method in small letters': `get /v1/areas/northmoor HTTP/1.1\r\n${host}\r\n`,
  'a scheme that is not ours': `GET ftp://hidden.example/v1 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
}

t.test('what is no request of HTTP/1 is refused once', async (t) => {
  for (const [what, bytes] of Object.entries(lines)) {
    const answers = await exchange(bytes)
    t.ok(
      answers.every(({ status }) => status === 400),
      what,
    )
    t.ok(answers.length > 0, `${what} is told so`)
    t.notMatch(answers.map(({ body }) => String(body)).join(), /hidden/, what)
  }
  const tunnel = await exchange(`CONNECT hidden.example:443 HTTP/1.1\r\n${host}\r\n${hidden}`)
  t.ok(
    tunnel.every(({ status }) => status >= 400 && status < 500),
    'nobody is connected to elsewhere',
  )
})

t.test('a body is read as its framing says, and what follows it is the next request', async (t) => {
  const next = `GET /v1/areas/eastvale HTTP/1.1\r\n${host}Connection: close\r\n\r\n`
  for (const body of [
    'Content-Length: 3\r\n\r\nabc',
    `Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
    `${chunked}\r\n3\r\nabc\r\n${ended}`,
    `Transfer-Encoding:\tChunked\r\n\r\n${hidden.length.toString(16)};a="b"\r\n${hidden}\r\n0\r\nX: y\r\n\r\n`,
    'Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  ]) {
    const answers = await exchange(`GET /v1/areas/northmoor HTTP/1.1\r\n${host}${body}${next}`)
    t.same(answers.map(idOf), ['northmoor', 'eastvale'], JSON.stringify(body))
  }
  for (const body of ['ZZ\r\n\r\n', 'FFFFFFFFFFFFFFFFFF\r\n', '-1\r\n', '3\nabc\n0\n\n', '1\r\nabc\r\n']) {
    const answers = await exchange(
      `GET /v1/areas/northmoor HTTP/1.1\r\n${host}${chunked}\r\n${body}${hidden}`,
    )
    t.ok(answers.length <= 2 && answers.slice(1).every(({ status }) => status === 400), JSON.stringify(body))
    t.notMatch(answers.map(({ body }) => String(body)).join(), /hidden/)
  }
  const unknown = `GET /v1/areas/northmoor HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n${ended}`
  t.same(
    (await exchange(unknown + hidden)).map(idOf),
    ['northmoor'],
    'a coding nobody knows ends the connection',
  )
})

const idOf = ({ status, body }: Answer): string => /"id":"([^"]+)"/.exec(String(body))?.[1] ?? String(status)

t.test('pipelined requests are answered in their order, each with its own', async (t) => {
  const ids = ['northmoor', 'eastvale', 'sankt-anna', 'pont-ecoute', 'nowhere']
  const one = fc.tuple(
    fc.constantFrom('GET', 'HEAD'),
    fc.constantFrom(...ids),
    fc.constantFrom('', '?', '?x=1'),
  )
  const trains = fc.sample(fc.array(one, { minLength: 2, maxLength: 12 }), { seed, numRuns: 200 })
  let wrong = 0
  for (const train of trains) {
    const answers = await exchange(
      train
        .map(([method, id, query], at) => {
          const end = at === train.length - 1 ? 'Connection: close\r\n' : ''
          return `${method} /v1/areas/${id}${query} HTTP/1.1\r\n${host}${end}\r\n`
        })
        .join(''),
      train.map(([method]) => method),
    )
    const isRight = train.every(([method, id, query], at) => {
      const { status, body } = answers[at] ?? { status: 0, body: Buffer.alloc(0) }
      if (status !== (query === '?x=1' ? 400 : id === 'nowhere' ? 404 : 200)) return false
      return method === 'HEAD' ? body.length === 0 : String(body).includes(`/areas/${id}`)
    })
    if (!isRight || answers.length !== train.length) wrong += 1
  }
  t.equal(wrong, 0, `of ${trains.length} trains, seed ${seed}`)
})

t.test('HTTP/1.0 is answered, and closed unless it asks to stay', async (t) => {
  const old = 'GET /v1/areas/northmoor HTTP/1.0\r\n'
  t.same((await exchange(`${old}\r\n${hidden}`)).map(idOf), ['northmoor'])
  t.same((await exchange(`${old}Connection: keep-alive\r\n\r\n${old}\r\n`)).map(idOf), [
    'northmoor',
    'northmoor',
  ])
})

t.test('the server goes on after all of this, and has nothing to tell', async (t) => {
  t.equal((await fetch(`${server.url}/v1/areas`)).status, 200)
  t.notMatch(server.output(), /"level":[456]0|unhandled/i)
})
