// The state of the form is the address: what an address asks is filled in, and what is sent leads to the one address of it.
import fc from 'fast-check'
import t from 'tap'
import type { Query } from '../../src/lib/canonical-query.ts'
import { publicUrl } from '../support/app.ts'
import { fieldsOf, valuesOf } from '../support/form.ts'
import { attributeOf, type Element, readPage, select, selectOne } from '../support/html.ts'
import { defaults, dimensions, openWorlds, pathOf, questionsOf, worlds } from '../support/questions.ts'

const names = [...dimensions, 'q', 'published_from', 'published_to', 'rollup', 'sort', 'limit']

/** The values the form must send for a parameter of a question. */
function expectedOf(question: Query, name: string): string[] {
  const value = question[name] ?? defaults[name] ?? (name === 'rollup' ? [] : '')
  if (name === 'rollup') return value === false ? ['false'] : []
  if (Array.isArray(value)) return [...new Set(value.map(String))].sort()
  return dimensions.some((dimension) => dimension === name) ? [] : [String(value)]
}

const stateOf = (page: Element) =>
  Object.fromEntries(names.map((name) => [name, valuesOf(fieldsOf(page), name).sort()]))

const canonicalOf = (page: Element): string => attributeOf(selectOne(page, 'link[rel=canonical]'), 'href')

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]

  t.test(`the form holds just what the address asks, ${world}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(questionsOf(world), async (question) => {
        const page = await readPage(api, pathOf(question))
        const expected = Object.fromEntries(names.map((name) => [name, expectedOf(question, name)]))
        t.same(stateOf(page), expected, pathOf(question))
        t.equal(canonicalOf(page), publicUrl + pathOf(question))
      }),
      { numRuns: 40 },
    )
  })

  t.test(`sending the form leads to the address of its question, ${world}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(questionsOf(world), async (question) => {
        const path = pathOf(question)
        const sent = new URLSearchParams(fieldsOf(await readPage(api, path)).map(([...pair]) => pair))
        const isFull = [...sent].every(([name, value]) => value !== '' && value !== String(defaults[name]))
        const { statusCode, headers, body } = await api.get(`/findings?${sent}`)
        t.equal(statusCode, isFull ? 200 : 303, String(sent))
        if (isFull) t.match(body, `rel="canonical" href="${(publicUrl + path).replaceAll('&', '&amp;')}"`)
        else t.equal(headers.location, path, 'path and query only')
        t.equal((await api.get(path)).statusCode, 200, 'the address leads no further')
      }),
      { numRuns: 40 },
    )
  })

  t.test(`each filter in use can be removed by its link, ${world}`, async (t) => {
    for (const question of fc.sample(questionsOf(world), 20)) {
      const { sort: _sort, limit: _limit, ...filters } = question
      const page = await readPage(api, pathOf(question))
      const given = Object.entries(filters).flatMap(([name, value]) =>
        name === 'rollup' && value === true ? [] : Array.isArray(value) ? [...new Set(value)] : [value],
      )
      const links = select(page, 'a.chip').map((chip) => attributeOf(chip, 'href'))
      t.equal(new Set(links).size, given.length, pathOf(question))
      for (const link of links) {
        const { statusCode, body } = await api.get(link)
        t.equal(statusCode, 200, link)
        t.match(body, `href="${(publicUrl + link).replaceAll('&', '&amp;')}"`, 'its own canonical address')
      }
    }
  })
}

const api = apps.real

t.test('a form that is sent as it is first shown asks for everything', async (t) => {
  const sent = new URLSearchParams(fieldsOf(await readPage(api, '/findings')).map(([...pair]) => pair))
  t.equal(String(sent), 'q=&published_from=&published_to=&sort=-published_on&limit=25')
  const { statusCode, headers, body } = await api.get(`/findings?${sent}`)
  t.match({ statusCode, location: headers.location }, { statusCode: 303, location: '/findings' })
  t.equal(body, '')
})

t.test('the mark of a click is dropped, and nothing else', async (t) => {
  const marks = [
    'utm_source=x',
    'utm_campaign=a%20b',
    'fbclid=I%3CwAR',
    'gclid=1',
    'msclkid=',
    'mc_cid=2',
    'mc_eid=3',
  ]
  for (const mark of marks) {
    for (const [asked, path] of [
      [`/findings?${mark}`, '/findings'],
      [
        `/findings?q=one+stop&${mark}&area=salford&area=bradford`,
        '/findings?area=bradford,salford&q=one%20stop',
      ],
      [`/?${mark}`, '/'],
      [`/?show=both&${mark}`, '/?show=both'],
    ] as const) {
      const { statusCode, headers } = await api.get(asked)
      t.same({ statusCode, location: headers.location }, { statusCode: 303, location: path }, asked)
      t.equal((await api.get(path)).statusCode, 200, path)
    }
  }
  t.equal((await api.get('/findings?utm=x')).statusCode, 400, 'no mark')
})

t.test('a redirect never leads to another server', async (t) => {
  for (const asked of [
    '/findings?utm_source=x&q=//evil.example',
    '//findings?q=',
    '//?utm_source=x',
    '//evil.example/?utm_source=x',
    '//evil.example/findings?q=',
    '/%2F/evil.example?q=',
    '/findings?q=%0d%0aLocation:%20x&utm_source=x',
    'http://evil.example/findings?q=',
    'http://evil.example/?fbclid=1',
  ]) {
    const { statusCode, headers } = await api.app.inject({ url: asked })
    t.ok(statusCode < 500, asked)
    t.match(headers.location ?? '/', /^\/(?![/\\])[^\r\n]*$/, `${asked}: ${headers.location}`)
  }
})

t.test('a length of page that the form does not offer is not lost when it is sent', async (t) => {
  t.same(valuesOf(fieldsOf(await readPage(api, '/findings?limit=7')), 'limit'), ['7'])
})
