// Whatever is asked of a list: an answer, or a problem that names what is wrong with it. Never a failure of ours.
import fc from 'fast-check'
import t from 'tap'
import { openApp, type Problem } from '../support/app.ts'
import { operations } from '../support/contract.ts'
import { anyQuery, namesIn } from '../support/queries.ts'

const api = await openApp(t, 'fixture')

const identifiers: Readonly<Record<string, string>> = {
  areas: 'northmoor',
  inspections: 'northmoor-2016',
  publications: 'letter-northmoor-2016',
  agencies: 'health',
  themes: 'planning',
  findings: 'northmoor-2016-001',
}

// Every address of the contract once, and the findings of a release by name.
const addresses = operations
  .filter(({ path }) => path.startsWith('/v1'))
  .filter(({ path }) => !path.includes('{version}/') || path.endsWith('/findings'))
  .map(({ path, parameters = [] }) => ({
    path: path
      .replace('{version}', '1.0.0')
      .replace(/([a-z]+)\/\{id\}/, (_, list: string) => `${list}/${identifiers[list]}`),
    known: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    needed: parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => name),
  }))

const values: Readonly<Record<string, string>> = { rows: 'area', cols: 'kind', url: '/v1/areas' }

for (const { path, known, needed } of addresses) {
  t.test(`${path} answers or names the parameter`, async (t) => {
    const counts = { answered: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(anyQuery(known), async (query) => {
        const asked = [...needed.map((name) => `${name}=${values[name]}`), query].join('&')
        const { statusCode, headers, body } = await api.get(`${path}?${asked}`)
        if (statusCode === 200) {
          counts.answered += 1
          return
        }
        counts.refused += 1
        if (statusCode !== 400) throw new Error(`${statusCode}: ${body}`)
        const problem: Problem = JSON.parse(body)
        const names = [...namesIn(asked), 'published_to', 'sort'] // these two are at fault through others
        if (headers['content-type'] !== 'application/problem+json; charset=utf-8')
          throw new Error('not a problem')
        if (problem.errors.length === 0) throw new Error(`names nothing: ${body}`)
        for (const { parameter } of problem.errors) {
          if (!names.includes(parameter)) throw new Error(`names ${parameter}, which was not given: ${body}`)
        }
      }),
      { numRuns: path === '/v1/findings' ? 500 : 100 },
    )
    t.ok(counts.refused > 0)
    t.ok(counts.answered > 0)
  })
}

t.test('paths of any shape are answered or refused, never a failure', async (t) => {
  const part = fc.oneof(
    fc.constantFrom(
      'v1',
      'findings',
      'areas',
      'releases',
      '1.0.0',
      'latest',
      'docs',
      'problems',
      '',
      '.',
      '..',
      '%',
      '%00',
      '%2f',
      '*',
      ':id',
    ),
    fc
      .string({ unit: 'binary', maxLength: 20 })
      .filter((text) => text.isWellFormed())
      .map(encodeURIComponent),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const { statusCode, body } = await api.get(`/${parts.join('/')}`)
      if (statusCode >= 500) throw new Error(`${statusCode}: ${body}`)
    }),
    { numRuns: 500 },
  )
  t.pass('500 paths')
})

t.test('header fields of any shape are answered or refused, never a failure', async (t) => {
  const name = fc.constantFrom(
    'accept',
    'accept-encoding',
    'if-none-match',
    'origin',
    'range',
    'host',
    'content-type',
  )
  const text = fc.oneof(
    fc.constantFrom(
      '*',
      '*/*;q=x',
      'identity;q=0, *;q=0',
      'zstd',
      'gzip;q=2',
      'br;q=',
      ',,,',
      ';',
      'W/"',
      'bytes=0-',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  )
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, text), async (headers) => {
      const { statusCode, body } = await api.get('/v1/areas', headers)
      statuses.add(statusCode)
      if (![200, 406].includes(statusCode)) throw new Error(`${statusCode}: ${body}`)
    }),
    { numRuns: 500 },
  )
  t.ok(statuses.has(200) && statuses.has(406))
})
