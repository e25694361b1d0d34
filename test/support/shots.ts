// Requests made from the OpenAPI document, right and wrong in every way, for the fuzzing of the real server.
import fc from 'fast-check'
import { anyFields, hostField } from './shot-fields.ts'
import { awkwardTexts } from './texts.ts'

/** One request, or what looks like one. */
export interface Shot {
  readonly kind: 'asked' | 'addressed' | 'sent' | 'broken'
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly bytes: Buffer
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface Schema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly items?: Schema
}

export interface Described {
  readonly path: string
  readonly parameters?: readonly Parameter[]
}

/** Values that exist, by the name of their parameter; those of a path by its list. */
export interface World {
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Whole targets found in answers, as links with cursors are. */
  readonly links: readonly string[]
  /** Targets with the validator they were answered with. */
  readonly seen: readonly { readonly target: string; readonly etag: string }[]
}

const encode = (text: string) => encodeURIComponent(text)

function goodValue({ name, schema }: Parameter, { values }: World): fc.Arbitrary<string> {
  const { items, type, format } = schema
  const known = items?.enum ?? schema.enum ?? values[name]
  if (type === 'boolean') return fc.constantFrom('true', 'false')
  if (type === 'integer') return fc.integer({ min: 1, max: 500 }).map(String)
  if (format === 'date')
    return fc.integer({ min: 2010, max: 2020 }).map((year) => `${year}-0${1 + (year % 9)}-15`)
  if (known === undefined) return fc.constantFrom(...awkwardTexts)
  if (type !== 'array') return fc.constantFrom(...known).map(encode)
  return fc
    .array(fc.constantFrom(...known), { minLength: 1, maxLength: 3 })
    .map((all) => all.map(encode).join(','))
}

const awkward = fc.constantFrom(...awkwardTexts)
const anyText = fc.oneof(
  { weight: 6, arbitrary: awkward },
  {
    weight: 2,
    arbitrary: fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .map((text) => encode(text.toWellFormed())),
  },
  { weight: 1, arbitrary: fc.tuple(awkward, awkward).map((both) => both.join(',')) },
  { weight: 1, arbitrary: fc.constant('') },
)

const pairOf = (name: string, value: fc.Arbitrary<string>) => value.map((text) => `${name}=${text}`)

/** Queries of an operation: right ones, nearly right ones, and none of it. */
function anyQuery(parameters: readonly Parameter[], world: World): fc.Arbitrary<string> {
  const asked = parameters.filter((one) => one.in === 'query')
  const needed = asked.filter((one) => one.required).map((one) => pairOf(one.name, goodValue(one, world)))
  const goodPair =
    asked.length === 0
      ? null
      : fc.constantFrom(...asked).chain((one) => pairOf(one.name, goodValue(one, world)))
  const badPair = fc
    .oneof(
      { weight: 4, arbitrary: fc.constantFrom('x', ...asked.map(({ name }) => name)) },
      { weight: 1, arbitrary: anyText },
    )
    .chain((name) =>
      fc.oneof({ weight: 9, arbitrary: pairOf(name, anyText) }, { weight: 1, arbitrary: fc.constant(name) }),
    )
  const anyPair =
    goodPair === null
      ? badPair
      : fc.oneof({ weight: 2, arbitrary: goodPair }, { weight: 1, arbitrary: badPair })
  const join = (pairs: readonly string[]) => pairs.join('&')
  const good =
    goodPair === null
      ? fc.constant([])
      : fc.uniqueArray(goodPair, { maxLength: 3, selector: (pair) => pair.split('=')[0] })
  return fc.oneof(
    { weight: 10, arbitrary: fc.tuple(fc.tuple(...needed), good).map((both) => join(both.flat())) },
    { weight: 6, arbitrary: fc.array(anyPair, { maxLength: 4 }).map(join) },
    { weight: 3, arbitrary: fc.tuple(fc.tuple(...needed), badPair).map((both) => join(both.flat())) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(anyPair, fc.integer({ min: 50, max: 120 }))
        .map(([pair, times]) => join(Array(times).fill(pair))),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 7_900, max: 8_400 }).map((length) => `q=${'x'.repeat(length)}`),
    },
  )
}

/** Paths of an operation, with values that exist and others. */
function anyPath({ path }: Described, { values }: World): fc.Arbitrary<string> {
  const steps = path.split('/').map((step, at, all) => {
    const name = /^\{(\w+)\}$/.exec(step)?.[1]
    if (name === undefined) return fc.constant(step)
    const known = values[name === 'id' ? `${all[at - 1]}/id` : `${all[at - 1]}/${name}`] ?? []
    if (known.length === 0) throw new Error(`no value known for ${name} of ${path}`)
    const value = fc.oneof(
      awkward,
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encode(text.toWellFormed())),
    )
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: value })
  })
  return fc.tuple(...steps).map((all) => all.join('/'))
}

const asTarget = (path: string, query: string) => (query === '' ? path : `${path}?${query}`)

/** Every operation as often as every other. */
const anyOperation = (operations: readonly Described[], world: World): fc.Arbitrary<string> =>
  fc
    .constantFrom(...operations)
    .chain((one) => fc.tuple(anyPath(one, world), anyQuery(one.parameters ?? [], world)))
    .map(([path, query]) => asTarget(path, query))

const pages =
  '/ /findings /findings/ /areas /releases /about /docs /docs/ /docs/json /docs/static/index.css /robots.txt /sitemap.xml /favicon.ico /livez /readyz /metrics /.well-known/x /v2 /V1/areas'.split(
    ' ',
  )

/** Addresses nobody described: pieces of paths in any order, whole addresses, what is no path at all. */
function anyAddress(operations: readonly Described[], world: World): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      'v1',
      'findings',
      'areas',
      'releases',
      'latest',
      'files',
      'docs',
      'problems',
      '',
      ':id',
      '*',
    ),
    awkward,
  )
  const path = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((all) => `/${all.join('/')}`),
    fc.tuple(fc.constantFrom(...operations.map((one) => one.path)), awkward).map((both) => both.join('')),
    fc.constantFrom(...pages),
    fc.integer({ min: 400, max: 9_000 }).map((length) => `/v1/areas/${'a'.repeat(length)}`),
  )
  const query = fc.oneof(
    fc.constant(''),
    fc.tuple(awkward, awkward).map(([name, value]) => `${name}=${value}`),
  )
  const origin = fc.constantFrom(
    'http://zqhost.example',
    'HTTPS://u:p@zqhost.example:99',
    'http://[::1]',
    'http://',
  )
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(path, query).map(([one, other]) => asTarget(one, other)) },
    { weight: 2, arbitrary: fc.constantFrom(...world.links) },
    { weight: 1, arbitrary: fc.tuple(origin, path).map((both) => both.join('')) },
    { weight: 1, arbitrary: fc.tuple(path, awkward).map((both) => both.join('#')) },
  )
}

const otherMethods = 'POST PUT PATCH DELETE TRACE PROPFIND QUERY SEARCH LINK PURGE M-SEARCH MKCOL'.split(' ')
const bodies = [
  ...[
    'Content-Length: 0\r\n\r\n',
    'Content-Length: 2\r\n\r\n{}',
    'Content-Length: 3\r\nContent-Type: application/json\r\n\r\n{"a',
  ],
  ...[
    `Content-Length: 5000\r\n\r\n${'x'.repeat(5000)}`,
    'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ],
  'Transfer-Encoding: chunked\r\nTrailer: zqfield\r\n\r\n1;zqfield=1\r\na\r\n0\r\nzqfield: 1\r\n\r\n',
  'Content-Type: multipart/form-data; boundary=zqfield\r\nContent-Length: 4\r\n\r\n--zq',
  'Content-Encoding: gzip\r\nContent-Type: zqfield\r\nContent-Length: 1\r\n\r\n\0',
]

const ranges = ['0-0', '-5', '5-', '0-99999999', '2-1', '99999999-', '0-1,5-6'].map(
  (range) => `Range: bytes=${range}\r\n`,
)

const toBytes = (text: string) => Buffer.from(text, 'latin1')

/** Requests of every kind; of the same seed always the same. */
export function anyShot(operations: readonly Described[], world: World): fc.Arbitrary<Shot> {
  const operation = anyOperation(operations, world)
  const address = anyAddress(operations, world)
  const make =
    (kind: Shot['kind']) =>
    ([method, target, host, fields, rest]: readonly [string, string, string, string, string]): Shot => ({
      kind,
      method,
      target: onOneLine(target),
      bytes: toBytes(`${method} ${onOneLine(target)} HTTP/1.1\r\n${host}${fields}${rest}`),
    })
  const reading = fc.oneof(
    { weight: 8, arbitrary: fc.constant('GET') },
    { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS') },
  )
  const few = anyFields()
  const end = fc.constant('\r\n')
  const again = fc
    .tuple(reading, fc.constantFrom(...world.seen), hostField, few)
    .map(([one, { target, etag }, host, fields]) =>
      make('asked')([one, target, host, fields, `If-None-Match: "x", ${etag}\r\n\r\n`]),
    )
  const asked = fc.tuple(reading, operation, hostField, few, end).map(make('asked'))
  const addressed = fc.tuple(reading, address, hostField, few, end).map(make('addressed'))
  const part = fc
    .tuple(reading, fc.constantFrom(...world.seen), hostField, fc.constantFrom(...ranges))
    .map(([one, { target }, host, range]) => make('asked')([one, target, host, range, '\r\n']))
  const method = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...otherMethods) },
    { weight: 1, arbitrary: reading },
  )
  const sent = fc
    .tuple(method, fc.oneof(operation, address), hostField, few, fc.constantFrom('\r\n', ...bodies))
    .map(make('sent'))
  const broken = fc.tuple(asked, fc.array(anyEdit, { minLength: 1, maxLength: 3 })).map(
    ([shot, edits]): Shot => ({
      ...shot,
      kind: 'broken',
      bytes: edits.reduce((bytes, edit) => edit(bytes), shot.bytes),
    }),
  )
  return fc.oneof(
    { weight: 15, arbitrary: asked },
    { weight: 1, arbitrary: again },
    { weight: 1, arbitrary: part },
    { weight: 2, arbitrary: addressed },
    { weight: 1, arbitrary: sent },
    { weight: 1, arbitrary: broken },
  )
}

// A target holds no space and nothing outside ASCII: what does is for `broken`.
const onOneLine = (target: string) => target.replaceAll(/[^!-~]/g, '.')

const bites = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  '\x7f',
  '\xff',
  '\r\n\r\n',
  '\r\n ',
  'HTTP/0.9',
  '\x0b',
  'Content-Length: 9\r\n',
]
/** Puts something into a message, takes something out of it, or cuts it. */
const anyEdit = fc
  .tuple(
    fc.constantFrom('put', 'take', 'flip', 'cut'),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(...bites),
  )
  .map(([how, where, bite]) => (bytes: Buffer): Buffer => {
    const at = Math.floor(where * bytes.length)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    if (how === 'put') return Buffer.concat([before, toBytes(bite), after])
    if (how === 'take') return Buffer.concat([before, after.subarray(1 + bite.length)])
    if (how === 'cut') return before
    const flipped = Buffer.from(bytes)
    if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << (bite.length % 8))
    return flipped
  })
