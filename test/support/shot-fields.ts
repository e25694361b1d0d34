// Header fields of every shape for the fuzzing: each is valid HTTP, and together they fit into what a server reads.
import fc from 'fast-check'
import { fieldMark, foreignHost } from './texts.ts'

const hosts = [
  foreignHost,
  `${foreignHost}:99999`,
  '',
  '[::1]',
  'localhost',
  `a b/${foreignHost}?`,
  '\xff\xfe',
  '127.0.0.1:1',
]
export const hostField: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('Host: 127.0.0.1\r\n') },
  { weight: 2, arbitrary: fc.constantFrom(...hosts).map((host) => `Host: ${host}\r\n`) },
)

const odd = [
  fieldMark,
  `${fieldMark}/${fieldMark};q=1`,
  '',
  '*',
  ',,,;',
  '"',
  '\xe9\xff',
  `"${fieldMark}`,
  '()<>@',
  '\t',
  '=;=',
]
const values: Readonly<Record<string, readonly string[]>> = {
  Accept: [
    ...[
      '*/*',
      'application/json',
      'text/html',
      'text/csv',
      '*/*;q=0',
      'application/*;q=0.001',
      'a/b,'.repeat(300),
    ],
    ...['application/json;q=zqfield', 'application/problem+json, text/html;q=0.9', '/', 'text/', '*'],
  ],
  'Accept-Encoding': [
    ...[
      'gzip',
      'br',
      'gzip, br;q=0',
      'identity;q=0',
      '*;q=0',
      '*',
      'zstd',
      'x-gzip',
      'GZIP;q=9',
      'gzip,'.repeat(200),
    ],
    ...['br;q=0.5,gzip;q=0.6', 'deflate', 'gzip;q=zqfield', 'compress;q=0.0001'],
  ],
  'If-None-Match': ['*', 'W/"zqfield"', '"', 'W/', 'W/"x",'.repeat(500), '""'],
  'If-Modified-Since': ['Thu, 01 Jan 1970 00:00:00 GMT', 'zqfield', '99999'],
  Range: [
    'bytes=0-',
    'bytes=0-0',
    'bytes=-1',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'bytes=99999999999999999999-',
    'zqfield=0-1',
    `bytes=${'0-1,'.repeat(400)}0-1`,
  ],
  'If-Range': ['"zqfield"', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  Connection: ['keep-alive', 'close', 'Upgrade', 'host', 'zqfield', 'keep-alive, close', 'Transfer-Encoding'],
  Expect: ['100-continue', '200-zqfield'],
  Upgrade: ['websocket', 'h2c', 'zqfield'],
  TE: ['trailers', 'chunked', 'zqfield'],
  'X-Forwarded-For': ['127.0.0.1', '::1, zqfield', '1.2.3.4,'.repeat(100)],
  'X-Forwarded-Host': [foreignHost],
  'X-Forwarded-Proto': ['https', 'zqfield'],
  'X-Forwarded-Prefix': ['/zqfield'],
  Forwarded: [`for=zqfield;host=${foreignHost};proto=https`],
  'X-Original-URL': ['/zqfield'],
  'X-Rewrite-URL': ['/zqfield'],
  'X-HTTP-Method-Override': ['DELETE'],
  Origin: ['null', `https://${foreignHost}`],
  'Access-Control-Request-Method': ['DELETE', 'zqfield'],
  'Access-Control-Request-Headers': ['zqfield', 'a,'.repeat(500)],
  Cookie: ['zqfield=1', 'a=b; '.repeat(300)],
  Authorization: ['Bearer zqfield', 'Basic enFmaWVsZA=='],
  'Content-Type': ['application/json', 'zqfield', 'text/html; charset=zqfield'],
  'User-Agent': ['zqfield', 'Mozilla/5.0 <script>zqfield</script>'],
  Referer: [`https://${foreignHost}/?zqfield`],
  traceparent: ['00-zqfield', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  'Request-Id': ['zqfield'],
  'X-Request-Id': ['zqfield'],
  'Cache-Control': ['no-cache', 'only-if-cached', 'max-age=zqfield'],
  'Max-Forwards': ['0', 'zqfield'],
  ['__proto__']: [fieldMark],
  constructor: [fieldMark],
}

const names = Object.keys(values)
const line = (name: string, value: string) => `${name}: ${value}\r\n`

/** None, one or some odd fields, or a flood of many or of large ones. */
export function anyFields(): fc.Arbitrary<string> {
  const one = fc
    .constantFrom(...names)
    .chain((name) =>
      fc
        .oneof(
          { weight: 4, arbitrary: fc.constantFrom(...(values[name] ?? ['x'])) },
          { weight: 1, arbitrary: fc.constantFrom(...odd) },
        )
        .map((value) => line(name, value)),
    )
  const some = fc
    .uniqueArray(one, { maxLength: 4, selector: (text) => text.split(':')[0] })
    .map((all) => all.join(''))
  const accepted = fc.constantFrom('gzip', 'br', 'gzip, br').map((coding) => line('Accept-Encoding', coding))
  const many = fc.integer({ min: 100, max: 1_500 }).map((times) => 'a: b\r\n'.repeat(times))
  const large = fc.integer({ min: 4_000, max: 40_000 }).map((length) => line('Cookie', 'x'.repeat(length)))
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    { weight: 4, arbitrary: accepted },
    { weight: 12, arbitrary: some },
    { weight: 1, arbitrary: fc.oneof(many, large) },
  )
}
