// The words of a search are marked in what it finds: whole words, nothing else, and without changing a sign of the text.
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { List, TestApp } from '../support/app.ts'
import { attributeOf, type Element, parseHtml, select, selectOne, textOf } from '../support/html.ts'
import { openWorlds, worlds } from '../support/questions.ts'

interface Row {
  readonly id: string
  readonly summary: string
  readonly agencies: readonly string[]
  readonly themes: readonly string[]
}

const searches = {
  real: [
    ...[
      '"one stop shop"',
      'police',
      'risk or harm',
      'children -school',
      'multi-agency',
      'front-door',
      '“risk assessment”',
    ],
    ...[
      "children's social care",
      'child’s voice',
      'MARAC',
      'health "information sharing"',

      'IDVA/MARAC',
    ],
    ...[
      'police <script>alert(1)</script> or domestic',
      'abuse & "domestic',
      "police' or '1'='1",
      'police 🚓',
      'salford-2016-101',
    ],
  ],
  fixture: [
    ...[
      'crèche',
      'cre\u{300}che',
      'naïve',
      'Zoë',
      '你好',
      'مرحبا',
      'здравствуйте',
      '图书馆每个星期六为孩子们朗读',
    ],
    ...['bold quoted notes', '"Bold" & "quoted"', 'absent or asleep', 'watch 🚸', 'crossing 👩‍👧‍👦'],
    ...[
      '“forest nursery”',
      'hand-overs',
      'urgent',
      'child’s',
      'library -ferry',
      '"early years"',
      'Libraries',
      '50%',
    ],
  ],
} as const

const word = /[\p{L}\p{M}\p{N}]/u
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const marksIn = (element: Element | undefined): string[] =>
  element ? select(element, 'mark').map(textOf) : []

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]
  const labels = new Map<string, string>()
  for (const path of ['agencies', 'themes']) {
    for (const { id, label } of (await api.read<List<{ id: string; label: string }>>(`/v1/${path}`)).data) {
      labels.set(`/${path}/${id}`, label)
    }
  }

  for (const q of searches[world]) {
    t.test(`${q}, ${world}`, async (t) => {
      const found = await search(api, q)
      t.ok(found.length > 0, `${found.length} findings`)
      for (const { row, body, finding } of found) {
        checkText(t, row, body, finding)
        for (const link of select(finding, 'ul.codes a')) {
          t.equal(textOf(link), labels.get(attributeOf(link, 'href')), 'the label as it is')
        }
        for (const element of [selectOne(finding, 'h3'), ...select(finding, 'ul.codes a')])
          checkWords(t, element)
        if (q !== row.id) t.ok(marksIn(finding).length > 0, `${row.id}: ${row.summary}`)
      }
    })
  }

  t.test(`any word of a summary, ${world}, is marked in it wherever it stands`, async (t) => {
    const rows = (await api.read<List<Row>>('/v1/findings?limit=500')).data
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...rows), fc.nat(), async ({ id, summary }, at) => {
        const text = summary.replaceAll(/<[^>]*>/g, ' ') // the search leaves out what looks like a tag
        const words =
          text.match(/(?<![\p{L}\p{M}\p{N}'’.-])\p{L}[\p{L}\p{M}]{5,}(?![\p{L}\p{M}\p{N}'’.-])/gu) ?? []
        const chosen = words[at % Math.max(words.length, 1)]
        if (chosen === undefined || stopWords.has(chosen.toLowerCase())) return
        const found = await search(api, chosen, `&publication=${await publicationOf(api, id)}&limit=100`)
        const own = found.find(({ row }) => row.id === id)
        if (own === undefined && found.length === 100) return // it stands on another page
        const times = [...text.matchAll(new RegExp(`(?<!${word.source})${chosen}(?!${word.source})`, 'giu'))]
          .length
        const marked = marksIn(selectOne(own?.finding, 'h3')).filter(
          (one) => one.toLowerCase() === chosen.toLowerCase(),
        )
        t.equal(marked.length, times, `${chosen} in ${summary}`)
        if (own !== undefined) checkText(t, own.row, own.body, own.finding)
      }),
      { numRuns: 30 },
    )
  })
}

const real = apps.real

t.test('"one stop shop" marks these words', async (t) => {
  const found = await search(real, '"one stop shop"')
  const marked = found.flatMap(({ finding }) => marksIn(selectOne(finding, 'h3')))
  t.ok(marked.length >= found.length * 3)
  t.same([...new Set(marked.map((one) => one.toLowerCase()))].sort(), ['one', 'shop', 'stop'])
})

t.test('a word that was left out is not marked, and without a search nothing is', async (t) => {
  const found = await search(real, 'police -probation')
  const marked = found.flatMap(({ finding }) => marksIn(finding))
  t.ok(
    marked.every((one) => /^polic/i.test(one)),
    [...new Set(marked)].join(),
  )
  t.notMatch((await real.get('/findings')).body, '<mark>')
})

// Longer words that the search leaves out.
const stopWords = new Set([
  'before',
  'because',
  'during',
  'through',
  'between',
  'against',
  'further',
  'themselves',
  'ourselves',
  'himself',
  'herself',
  'itself',
  'having',
  'theirs',
  'should',
])

async function publicationOf(api: TestApp, id: string): Promise<string> {
  return (await api.read<{ data: { publication: string } }>(`/v1/findings/${id}`)).data.publication
}

/** The findings of the first page of a search, as the API and as the page have them. */
async function search(api: TestApp, q: string, more = '') {
  const query = `q=${encodeURIComponent(q)}${more}`
  const { statusCode, body } = await api.get(`/findings?${query}`)
  if (statusCode !== 200) throw new Error(`${q}: ${statusCode}`)
  const rows = (await api.read<List<Row>>(`/v1/findings?${query}`)).data
  return select(parseHtml(body), 'li.finding').map((finding) => {
    const row = rows.find(({ id }) => id === attributeOf(finding, 'id'))
    if (row === undefined) throw new Error(`the API does not list ${attributeOf(finding, 'id')}`)
    return { row, body, finding }
  })
}

/** Without its marks the text is, sign by sign, the one of the API. */
function checkText(t: Test, { id, summary }: Row, body: string, finding: Element): void {
  t.equal(textOf(selectOne(finding, 'h3 a')), summary, id)
  const [, source = ''] = new RegExp(`<a href="/findings/${id}">(.*?)</a></h3>`).exec(body) ?? []
  t.equal(source.replaceAll(/<\/?mark>/g, ''), escaped(summary), `${id}, escaped`)
}

/** A mark begins and ends where a word does. */
function checkWords(t: Test, element: Element | undefined): void {
  const source = (element ? leavesOf(element) : [])
    .map(({ text, isMark }) => (isMark ? `\u{e000}${text}\u{e001}` : text))
    .join('')
  for (const found of source.matchAll(/\u{e000}([^\u{e001}]*)\u{e001}/gu)) {
    const [all, text = ''] = found
    const [before, after] = [
      source.slice(0, found.index).at(-1) ?? '',
      source.slice(found.index + all.length).at(0) ?? '',
    ]
    const isWhole = !word.test(before) && !word.test(after) && [...text].every((sign) => word.test(sign))
    t.ok(isWhole, `${text} in ${source}`)
  }
}

function leavesOf(element: Element): { text: string; isMark: boolean }[] {
  return element.children.flatMap((child) =>
    typeof child === 'string' ? [{ text: child, isMark: element.tag === 'mark' }] : leavesOf(child),
  )
}
