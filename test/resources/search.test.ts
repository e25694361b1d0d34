// The search over summaries and labels: words as English has them, phrases, alternatives, and what cannot be searched.
import t from 'tap'
import { type List, openApp, publicUrl } from '../support/app.ts'
import { idsOf, listFindings, selectFindings, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')

interface Row {
  readonly id: string
  readonly summary: string
}

const search = (q: string, more = '') =>
  api.read<List<Row>>(`/v1/findings?limit=500&q=${encodeURIComponent(q)}${more}`)
const find = async (q: string, more = '') => idsOf((await search(q, more)).data)
const refuse = (q: string) => api.refuse(`/v1/findings?q=${encodeURIComponent(q)}`)

t.test('a word finds its other forms', async (t) => {
  const reviews = await find('reviewing')
  t.ok(reviews.includes('sankt-anna-2016-011'), 'reviewed, review')
  t.ok(reviews.includes('northmoor-2016-012'), 'Reviews')
  t.same(reviews, await find('review'))
  t.same(reviews, await find('REVIEWED'))
})

t.test('all words must occur', async (t) => {
  t.same(await find('ferry cancelled'), ['northmoor-2016-017'])
  t.same(await find('ferry cancelled submarine'), [])
})

t.test('a phrase finds the words side by side, in their order', async (t) => {
  t.same(await find('"forest nursery"'), ['eastvale-2016-006'])
  t.same(await find('"nursery forest"'), [])
})

t.test('or finds either', async (t) => {
  t.same((await find('porters or towpath')).sort(), ['blog-2018-002', 'northmoor-2016-017'])
})

t.test('a minus leaves out', async (t) => {
  const all = await find('library')
  const without = await find('library -breakfast')
  t.ok(all.includes('northmoor-2016-007'))
  t.same(
    without,
    all.filter((id) => id !== 'northmoor-2016-007'),
  )
})

t.test('labels of agencies and themes are searched too', async (t) => {
  const found = await find('"night nursing"')
  t.ok(found.includes('pont-ecoute-2017-004'), 'its summary says night nurse')
  const labelled = listFindings(snapshotOf()).filter(({ agencies }) => agencies.includes('night-nursing'))
  for (const { id } of labelled) t.ok(found.includes(id), id)
})

t.test('a search goes with every filter', async (t) => {
  const everywhere = await find('children')
  const northmoor = new Set(idsOf(selectFindings(snapshotOf(), { area: ['northmoor'] })))
  t.same(
    await find('children', '&area=northmoor'),
    everywhere.filter((id) => northmoor.has(id)),
  )
})

t.test('an identifier finds that finding and no other', async (t) => {
  t.same(await find('northmoor-2016-100'), ['northmoor-2016-100'])
  t.same(await find(' northmoor-2016-100 '), ['northmoor-2016-100'])
  t.same(await find('northmoor-2016-9999'), [])
  t.same(await find('northmoor-2016-100', '&sort=relevance'), ['northmoor-2016-100'])
})

t.test('words of every script find themselves', async (t) => {
  t.same(await find('naïve'), ['sankt-anna-2016-003'])
  t.ok((await find('crèches')).includes('eastvale-2016-006'))
  t.same(await find('здравствуйте'), ['sankt-anna-2016-002'])
  t.same(await find('المكتبة'), ['sankt-anna-2016-005'])
  t.same(await find('图书馆每个星期六为孩子们朗读'), ['sankt-anna-2016-004'])
})

t.test('quotation marks, dashes and accents of every kind are no part of a word', async (t) => {
  t.ok((await find('urgent')).includes('sankt-anna-2016-008'), 'it stands in curly quotes')
  t.same(await find('“forest nursery”'), await find('"forest nursery"'))
  t.same(await find('child’s words'), await find("child's words"))
  t.same(await find('cre\u{300}che'), await find('cr\u{e8}che'))
  t.ok((await find('cr\u{e8}che')).includes('sankt-anna-2016-007'), 'it is written with a combining accent')
})

t.test('signs that mean something elsewhere mean nothing here', async (t) => {
  t.ok((await find('50%')).includes('eastvale-2016-010'))
  for (const q of [
    "child' OR '1'='1",
    'child; DROP TABLE finding',
    '<script>',
    'child & | ! :*',
    'child\\',
    '"child',
  ]) {
    t.ok((await search(q)).page.total < snapshotOf().finding.size, q)
  }
})

t.test('a search without a word to find is refused, and says why', async (t) => {
  for (const q of ['the', 'the and of', '-child', '-child -school', '!!!', '""', '-', '🚸']) {
    const problem = await refuse(q)
    t.equal(problem.status, 400, q)
    t.equal(problem.type, `${publicUrl}/problems/invalid-search`, q)
    t.match(problem.errors, [{ parameter: 'q', allowed: ['at least one word to find'] }], q)
  }
})

t.test('a search of white space is refused', async (t) => {
  for (const q of [' ', '\u{a0}', '\u{3000} '])
    t.match(await refuse(q), { status: 400, errors: [{ parameter: 'q' }] })
})

t.test('16 words are the most', async (t) => {
  const words = (count: number) => Array.from({ length: count }, (_, at) => `child${at}`).join(' ')
  t.same(await find(words(16)), [])
  t.match(await refuse(words(17)), {
    status: 400,
    errors: [{ parameter: 'q', allowed: ['at most 16 words'] }],
  })
})

t.test('200 characters are the most, in every script', async (t) => {
  t.same(await find('x'.repeat(200)), [])
  t.same(await find('你'.repeat(200)), [])
  t.match(await refuse('x'.repeat(201)), {
    status: 400,
    errors: [{ parameter: 'q', allowed: ['at most 200 characters'] }],
  })
  t.match(await refuse('你'.repeat(201)), { status: 400, errors: [{ parameter: 'q' }] })
})

t.test('relevance puts a word of the summary before one of a label, and keeps every hit', async (t) => {
  const best = await find('ferry', '&sort=relevance')
  t.same([...best].sort(), (await find('ferry')).sort())
  const inSummary = (id: string) => /ferr(y|ies)/i.test(snapshotOf().finding.get(id)?.summary ?? '')
  t.ok(inSummary(best[0] ?? ''))
  const lastInSummary = best.findLastIndex(inSummary)
  const firstInLabel = best.findIndex((id) => !inSummary(id))
  t.ok(firstInLabel > lastInSummary, best.join())
})

t.test('a search of a release finds the words of that release', async (t) => {
  const before = await api.read<List<Row>>('/v1/releases/1.0.0/findings?q=towpath')
  t.same(before.data, [])
  const labels = await api.read<List<Row>>('/v1/releases/1.0.0/findings?q=%22library+service%22&limit=500')
  t.ok(labels.page.total > (await search('"library service"')).page.total, 'the label was corrected later')
})

t.test('a code with hyphens finds what its words find, and commas part words', async (t) => {
  const labelled = listFindings(snapshotOf()).filter(({ agencies }) => agencies.includes('night-nursing'))
  const found = await find('night-nursing')
  for (const { id } of labelled) t.ok(found.includes(id), id)
  t.same(found, await find('night nursing'))
  t.same(await find('ferry,cancelled'), await find('ferry cancelled'))
})

t.test('signs between words do not get round the bound on words', async (t) => {
  t.equal((await refuse(Array(17).fill('ferry').join(','))).status, 400)
  t.equal((await refuse(Array(17).fill('ferry').join('-'))).status, 400)
})

t.test('an identifier is found in any case and in quotes', async (t) => {
  t.same(await find('NORTHMOOR-2016-017'), ['northmoor-2016-017'])
  t.same(await find('"northmoor-2016-017"'), ['northmoor-2016-017'])
})
