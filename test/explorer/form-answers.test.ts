// What a question is answered with: files and a permalink with the same findings, and wider questions where there is none.
import fc from 'fast-check'
import readWorkbook from 'read-excel-file/node'
import t from 'tap'
import type { Query } from '../../src/lib/canonical-query.ts'
import { type List, publicUrl } from '../support/app.ts'
import { askEach, listAt, numberIn, readHeading, totalsOf } from '../support/counted.ts'
import { attributeOf, type Element, readPage, select, selectOne, textOf } from '../support/html.ts'
import { idsOf } from '../support/oracle.ts'
import { dimensions, openWorlds, pathOf, selectionsOf, worlds } from '../support/questions.ts'
import { parseCsv } from '../support/tables.ts'

interface Row {
  readonly id: string
}

const listed = (page: Element) => select(page, 'li.finding').map((finding) => attributeOf(finding, 'id'))
const hrefOf = (page: Element, text: string): string =>
  attributeOf(
    select(page, 'main a').find((link) => textOf(link).startsWith(text)),
    'href',
  )

const paths = {
  real: [
    '/findings?limit=100',
    '/findings?area=bradford,hounslow&limit=50&sort=id',
    '/findings?q=risk&sort=relevance',
  ],
  fixture: ['/findings?limit=1', '/findings?agency=health&limit=3&sort=published_on'],
} as const

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]
  const total = totalsOf(api)

  t.test(`files, permalink and address hold the findings of the question, ${world}`, async (t) => {
    const second = attributeOf(selectOne(await readPage(api, paths[world][1]), 'a[rel=next]'), 'href')
    const chosen = [
      ...[...paths[world], second, '/findings?q=zebra'],
      ...fc.sample(selectionsOf(world), 8).map(pathOf),
    ]
    for (const path of chosen) {
      const page = await readPage(api, path)
      const { findings } = readHeading(page)
      const ids = idsOf(await listAt<Row>(api, textOf(selectOne(page, '#api-text')).replace(publicUrl, '')))
      t.equal(ids.length, findings, `address, ${path}`)
      t.same(idsOf(await listAt<Row>(api, hrefOf(page, 'permalink'))), ids, `permalink, ${path}`)
      t.match(hrefOf(page, 'permalink'), /^\/v1\/releases\/\d+\.\d+\.\d+\/findings/)
      const csv = await api.get(hrefOf(page, 'CSV'))
      t.match(csv.headers['content-disposition'], 'attachment')
      t.same(
        parseCsv(csv.body)
          .slice(1)
          .map(([id]) => id),
        ids,
        `CSV, ${path}`,
      )
      t.same(idsOf((await api.read<List<Row>>(hrefOf(page, 'JSON'))).data), ids, `JSON, ${path}`)
      if (ids.length < 200) {
        const [sheet] = await readWorkbook((await api.get(hrefOf(page, 'Excel'))).rawPayload)
        const rows = sheet?.data.slice(1) ?? []
        t.same(
          rows.map(([id]) => id),
          ids,
          `Excel, ${path}`,
        )
      }
      for (const name of ['BibTeX', 'RIS']) t.equal((await api.get(hrefOf(page, name))).statusCode, 200)
      const shown = new Set(listed(page))
      t.ok([...shown].every((id) => ids.includes(id)))
    }
  })

  t.test(`an empty answer offers the nearest wider questions, ${world}`, async (t) => {
    const sample = fc.sample(selectionsOf(world), 150)
    const totals = await askEach(sample, (selection) => total(pathOf(selection)))
    const empty = sample.filter((_, at) => totals[at] === 0).slice(0, 25)
    const words: readonly Query[] =
      world === 'real' ? [{ q: 'zebra', area: ['salford'] }] : [{ q: 'ferry', theme: ['weather'] }]
    t.ok(empty.length > 5, `${empty.length} questions without an answer`)
    for (const selection of [...words, ...empty]) {
      const page = await readPage(api, pathOf(selection))
      t.same(readHeading(page), { findings: 0, inspections: 0, national: 0 })
      t.same(listed(page), [])
      const links = select(page, 'ul[id=wider] li')
      t.equal(attributeOf(selectOne(links.at(-1), 'a'), 'href'), '/findings', 'at last, everything')
      const offered = links.slice(0, -1).map((link) => ({
        href: attributeOf(selectOne(link, 'a'), 'href'),
        count: Number(/: ([\d,]+) findings?$/.exec(textOf(link))?.[1]?.replace(',', '')),
      }))
      for (const { href, count } of offered) {
        t.equal(await total(href), count, href)
        t.equal(readHeading(await readPage(api, href)).findings, count, href)
      }
      const { published_from: _from, published_to: _to, ...undated } = selection
      const { q: _q, ...wordless } = selection
      const wider = [
        ...dimensions
          .filter((name) => name in selection)
          .map((name) => ({ ...selection, [name]: undefined })),
        ...('q' in selection ? [wordless] : []),
        ...('published_from' in selection || 'published_to' in selection ? [undated] : []),
      ]
      const possible = (await askEach(wider, (one) => total(pathOf(one)))).filter((count) => count > 0)
      t.same(
        offered.map(({ count }) => count),
        possible.sort((a, b) => a - b).slice(0, 5),
        `the nearest first, ${pathOf(selection)}`,
      )
    }
  })

  t.test(`files of the pages of records and findings, ${world}, hold what the page is about`, async (t) => {
    const { data } = await api.read<List<Row>>('/v1/agencies')
    for (const { id } of data.slice(0, 8)) {
      const page = await readPage(api, `/agencies/${id}`)
      const count = numberIn(textOf(selectOne(page, 'ul.figures strong'))) // the API's, as tested elsewhere
      for (const name of ['Findings, CSV', 'Findings, JSON']) {
        const { body } = await api.get(hrefOf(page, name))
        t.equal(name.endsWith('CSV') ? parseCsv(body).length - 1 : JSON.parse(body).data.length, count, name)
      }
      t.equal((await api.get(hrefOf(page, 'permalink'))).statusCode, 200)
    }
    const findings = await api.read<List<Row>>('/v1/findings?limit=5&sort=id')
    for (const { id } of findings.data) {
      const page = await readPage(api, `/findings/${id}`)
      const rows = parseCsv((await api.get(hrefOf(page, 'CSV'))).body)
      t.same(
        rows.slice(1).map(([first]) => first),
        [id],
      )
      t.equal((await api.read<{ data: Row }>(hrefOf(page, 'permalink'))).data.id, id)
      t.equal((await api.read<{ data: Row }>(hrefOf(page, 'JSON'))).data.id, id)
    }
  })
}
