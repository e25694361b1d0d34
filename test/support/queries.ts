// Query strings of any shape, for laws that no input may break.
import fc from 'fast-check'

const awkward = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e2',
    '0x10',
    ' 10',
    '+5',
    '1.0',
    '00',
    '501',
    '999999999999',
    'NaN',
    'null',
    'true',
  ],
  ...['2016-02-30', '2016-02-29', '2016-2-9', '0000-00-00', '2016-02-29T00:00:00Z', '99999-01-01'],
  ...['a,b', ',', 'a,,b', "' OR 1=1 --", '%', '_', '\\', '"', '{}', '[]', '-x', '"the', 'the', '& | !', ':*'],
  ...[
    '\u{0}',
    '\n',
    '\u{7f}',
    '\u{2028}',
    '\u{feff}',
    'é',
    'e\u{301}',
    '你好',
    'مرحبا',
    '👩‍👧‍👦',
    '__proto__',
    'toString',
  ],
  ...[
    'health',
    'northmoor',
    'strength',
    'id',
    '1.0.0',
    'northmoor-2016-001',
    'x'.repeat(300),
    'x '.repeat(100),
  ],
]
const broken = [
  '%',
  '%z',
  '%ED%A0%80',
  '%ff',
  '%00',
  '%c3',
  '%F4%90%80%80',
  '%25',
  '+',
  '&',
  '=',
  '?',
  '#',
  '&&=',
]

const value = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer().map(String),
)

// Half surrogates have no percent-encoding: they are sent as the three bytes CESU-8 would write.
const encode = (text: string): string =>
  [...text]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80'))
    .join('')

/** Query strings with known and unknown keys, repeated, malformed, long and in every script. */
export function anyQuery(known: readonly string[]): fc.Arbitrary<string> {
  const key = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('x', ...known) }, value)
  const pair = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(key, value).map(([name, its]) => `${encode(name)}=${encode(its)}`) },
    {
      weight: 1,
      arbitrary: fc.tuple(key, fc.constantFrom(...broken)).map(([name, its]) => `${encode(name)}=${its}`),
    },
    { weight: 1, arbitrary: fc.constantFrom(...broken) },
    { weight: 1, arbitrary: key.map(encode) },
  )
  const pairs = fc.array(pair, { maxLength: 6 }).map((all) => all.join('&'))
  const many = fc
    .tuple(pair, fc.integer({ min: 90, max: 400 }))
    .map(([one, times]) => Array(times).fill(one).join('&'))
  return fc.oneof({ weight: 20, arbitrary: pairs }, { weight: 1, arbitrary: many })
}

/** The names in a query string, as a problem may repeat them: decoded where they can be, without control characters. */
export const namesIn = (text: string): string[] =>
  text.split('&').flatMap((pair) => {
    const name = pair.split('=')[0] ?? ''
    return [name, decode(name)].map((one) => one.slice(0, 100).replaceAll(/\p{Cc}/gu, '\u{fffd}'))
  })

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
