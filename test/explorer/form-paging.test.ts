// Paging: from the first page of a question to its last and back, every finding once.
import t from 'tap'
import { listAt, readHeading } from '../support/counted.ts'
import { fieldsOf, valuesOf } from '../support/form.ts'
import { attributeOf, type Element, readPage, select, selectOne, textOf } from '../support/html.ts'
import { idsOf } from '../support/oracle.ts'
import { openWorlds, worlds } from '../support/questions.ts'

const listed = (page: Element) => select(page, 'li.finding').map((finding) => attributeOf(finding, 'id'))
const linkTo = (page: Element | undefined, rel: string): string =>
  attributeOf(selectOne(page, `nav.paging a[rel=${rel}]`), 'href')
const firstOf = (page: Element): string =>
  attributeOf(
    select(page, 'nav.paging a').find((link) => textOf(link) === 'First page'),
    'href',
  )

const walks = {
  real: [
    '/findings?limit=100',
    '/findings?area=bradford,hounslow&limit=50&sort=id',
    '/findings?agency=police&q=risk&sort=relevance',
    '/findings?limit=7&scope=national&sort=-id',
    '/findings?limit=27&scope=national',
  ],
  fixture: ['/findings?limit=1', '/findings?agency=health&limit=3&sort=published_on', '/findings?limit=50'],
} as const

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]

  for (const path of walks[world]) {
    t.test(`${path}, ${world}, can be walked to its end and back`, async (t) => {
      const question = path.replace(/[?&]limit=\d+/, '').replace('/findings&', '/findings?')
      const expected = idsOf(await listAt<{ id: string }>(api, `/v1${question}`))
      const limit = Number(/limit=(\d+)/.exec(path)?.[1] ?? 25)
      const pages = [await readPage(api, path)]
      while (linkTo(pages.at(-1), 'next') !== '')
        pages.push(await readPage(api, linkTo(pages.at(-1), 'next')))
      const found = pages.map(listed)
      t.same(found.flat(), expected, 'every finding once, in the order of the API')
      t.equal(found.length, Math.ceil(expected.length / limit))
      t.ok(
        found.slice(0, -1).every(({ length }) => length === limit),
        'every page but the last is full',
      )
      for (const page of pages) {
        t.equal(readHeading(page).findings, expected.length, 'each says how many there are in all')
        t.same(valuesOf(fieldsOf(page), 'limit'), [String(limit)])
      }
      t.equal(linkTo(pages[0], 'prev'), '')
      let [page] = pages.slice(-1)
      for (const [at, expected] of [...found.entries()].reverse().slice(1)) {
        if (page === undefined) break
        t.equal(firstOf(page), path)
        page = await readPage(api, linkTo(page, 'prev'))
        t.same(listed(page), expected, `back to page ${at + 1}`)
      }
    })
  }
}
