// A question with a mistake: the form again, with the message at its field and everything as it was filled in.
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { openApp } from '../support/app.ts'
import { choicesOf, fieldsOf, valuesOf } from '../support/form.ts'
import { attributeOf, type Element, parseHtml, select, selectOne, textOf } from '../support/html.ts'
import { anyQuery } from '../support/queries.ts'
import { dimensions } from '../support/questions.ts'

const api = await openApp(t, 'real')
const ofOthers = (await api.read<{ page: { next: string } }>('/v1/findings?area=salford&limit=25')).page.next
const cursor = new URL(ofOthers).searchParams.get('cursor')
const fields = [...dimensions, 'q', 'published_from', 'published_to', 'rollup', 'sort', 'limit']

/** A query, the parameters at fault, and what single fields must still hold. */
const mistakes: readonly (readonly [
  query: string,
  wrong: readonly string[],
  kept?: Record<string, string>,
])[] = [
  ['colour=red', ['colour']],
  ['%3Cscript%3E=1', ['<script>']],
  ['area=bradfrod', ['area']],
  ['area=bradford,atlantis&agency=nobody&theme=nothing', ['agency', 'area', 'theme']],
  ['kind=good', ['kind']],
  ['area=salford,,bradford', ['area']],
  [`theme=${Array(51).fill('marac').join(',')}`, ['theme']],
  ['published_from=soon', ['published_from'], { published_from: 'soon' }],
  ['published_from=2016-02-30', ['published_from'], { published_from: '2016-02-30' }],
  ['published_to=2016-1-1%22%3E%3Cb%3E', ['published_to'], { published_to: '2016-1-1"><b>' }],
  [
    'published_from=2017-02-01&published_to=2017-01-31',
    ['published_to'],
    { published_from: '2017-02-01', published_to: '2017-01-31' },
  ],
  [`q=${'x'.repeat(201)}`, ['q'], { q: 'x'.repeat(201) }],
  [`q=${Array(17).fill('risk').join('+')}`, ['q'], { q: Array(17).fill('risk').join(' ') }],
  ['q=the+of', ['q'], { q: 'the of' }],
  ['q=-police', ['q'], { q: '-police' }],
  ['q=%22%3E%3Cimg+src=x+onerror=alert(1)%3E%00', ['q']],
  ['q=%3Cscript%3E%26%22%27&colour=red', ['colour'], { q: '<script>&"\'' }],
  ['q=a%00b', ['q']],
  ['q=a%0Ab', ['q']],
  ['q=%E4%BD', ['q']],
  ['q=100%', ['q'], { q: '100%' }],
  ['q=%ED%A0%80', ['q']],
  ['q=one&q=two', ['q']],
  ['sort=id&sort=-id', ['sort']],
  ['published_from=2016-01-01&published_from=2017-01-01', ['published_from']],
  ['sort=relevance', ['sort'], { sort: 'relevance' }],
  ['sort=random', ['sort']],
  ['limit=0', ['limit']],
  ['limit=101', ['limit']],
  ['limit=1e2', ['limit']],
  ['rollup=maybe', ['rollup']],
  ['cursor=made-by-hand', ['cursor']],
  [`area=bradford&cursor=${cursor}`, ['cursor']],
]

for (const [query, wrong, kept = {}] of mistakes) {
  t.test(`/findings?${query.slice(0, 90)} is the form with what is wrong`, async (t) => {
    const { page } = await readMistakes(t, query)
    for (const parameter of wrong.filter((name) => fields.includes(name))) {
      const message = textOf(selectOne(page, `#error-${parameter}`))
      t.match(message, /^Error: ./, `a message at ${parameter}`)
      const described = selectOne(page, 'form.filters')
      const fields = described === undefined ? [] : select(described, '[aria-describedby]')
      t.ok(
        fields.some((field) =>
          attributeOf(field, 'aria-describedby').split(' ').includes(`error-${parameter}`),
        ),
        `${parameter} is described by its message`,
      )
    }
    const listed = select(page, 'section.mistakes li')
    t.equal(listed.length, wrong.length, listed.map(textOf).join(' | '))
    const shown = select(page, '.error').map((error) => attributeOf(error, 'id'))
    t.same(
      shown.sort(),
      wrong.filter((name) => fields.includes(name)).map((name) => `error-${name}`),
    )
    for (const [name, value] of Object.entries(kept)) {
      t.same(valuesOf(fieldsOf(page), name), [value], `${name} as it was given`)
    }
  })
}

t.test('the message is the one of the API', async (t) => {
  for (const query of [
    'area=bradfrod',
    'q=the+of',
    'published_from=soon',
    'sort=relevance',
    'q=one&q=two',
    'q=%E4%BD',
  ]) {
    const { page } = await readMistakes(t, query)
    const { errors } = await api.refuse(`/v1/findings?${query}`)
    for (const { parameter, detail, did_you_mean } of errors) {
      const message = textOf(selectOne(page, `#error-${parameter}`))
      t.ok(message.includes(detail), `${query}: ${message}`)
      t.equal(message.includes(`Did you mean ${did_you_mean}?`), typeof did_you_mean === 'string', message)
    }
  }
})

t.test('every other field of a form with a mistake is as it was filled in', async (t) => {
  const filled = [
    'q=%22one+stop+shop%22+%26+%3Cb%3E&kind=strength&area=salford&area=bradford&agency=police,health&theme=marac',
    'section=summary&basis=stated&published_from=soon&published_to=2017-01-01&rollup=false&sort=id&limit=50',
  ].join('&')
  const { page } = await readMistakes(t, filled)
  const sent = fieldsOf(page)
  const single = ['q', 'published_from', 'published_to', 'rollup', 'sort', 'limit']
  t.same(Object.fromEntries(single.map((name) => [name, valuesOf(sent, name)])), {
    q: ['"one stop shop" & <b>'],
    published_from: ['soon'],
    published_to: ['2017-01-01'],
    rollup: ['false'],
    sort: ['id'],
    limit: ['50'],
  })
  const ticked = dimensions.flatMap((name) =>
    choicesOf(page, name).flatMap(({ value, isChecked }) => (isChecked ? [value] : [])),
  )
  t.same(ticked.sort(), ['bradford', 'health', 'marac', 'police', 'salford', 'stated', 'strength', 'summary'])
  t.ok(
    dimensions.every((name) => choicesOf(page, name).every(({ count }) => count === null)),
    'uncounted',
  )
})

t.test(
  'whatever is asked, it is answered, put right, or refused with the form; never a failure',
  async (t) => {
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(anyQuery([...fields, 'cursor', 'utm_source']), async (query) => {
        const { statusCode, headers, body } = await api.get(`/findings?${query}`)
        statuses.add(statusCode)
        if (![200, 303, 400].includes(statusCode)) throw new Error(`${statusCode}: ${body.slice(0, 300)}`)
        if (statusCode === 303) {
          if (!/^\/findings(\?[!-~]*)?$/.test(String(headers.location)))
            throw new Error(String(headers.location))
          return
        }
        const page = parseHtml(body)
        if (statusCode === 400 && selectOne(page, 'form.filters') === undefined) throw new Error('no form')
        if (findDangling(page).length > 0) throw new Error(findDangling(page).join())
      }),
      { numRuns: 300 },
    )
    t.same([...statuses].sort(), [200, 303, 400])
  },
)

t.test('the overview drops what it does not know and refuses what it cannot show', async (t) => {
  t.match((await api.get('/?colour=red')).headers, { location: '/' })
  const { statusCode, headers, body } = await api.get('/?show=purple')
  t.equal(statusCode, 400)
  t.match(headers, { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' })
  t.ok(parseHtml(body))
})

async function readMistakes(t: Test, query: string): Promise<{ page: Element }> {
  const { statusCode, headers, body } = await api.get(`/findings?${query}`)
  t.equal(statusCode, 400, query)
  t.match(headers, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
  t.notMatch(body, /(?![\t\n])\p{Cc}/u, 'no control character')
  const page = parseHtml(body)
  t.equal(attributeOf(selectOne(page, 'meta[name=robots]'), 'content'), 'noindex')
  t.same(findDangling(page), [], 'every reference within the page leads somewhere')
  t.same(select(page, '.finding'), [], 'nothing is shown as found')
  return { page }
}

/** References to ids that the page does not have. */
function findDangling(page: Element): string[] {
  const ids = new Set(select(page, '[id]').map((element) => attributeOf(element, 'id')))
  const references = [
    ...select(page, '[aria-describedby]').flatMap((one) => attributeOf(one, 'aria-describedby').split(' ')),
    ...select(page, '[aria-labelledby]').flatMap((one) => attributeOf(one, 'aria-labelledby').split(' ')),
    ...select(page, 'label[for]').map((one) => attributeOf(one, 'for')),
    ...select(page, 'a[href]').flatMap((one) => /^#(.+)/.exec(attributeOf(one, 'href'))?.[1] ?? []),
  ]
  return references.filter((id) => !ids.has(id))
}
