// Citations: of any data address as its release has it, in every style, and never of an address that would be refused.
import fc from 'fast-check'
import t from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { anyQuery } from '../support/queries.ts'

const api = await openApp(t, 'fixture')

interface Citation {
  readonly url: string
  readonly style: string
  readonly media_type: string
  readonly citation: string
  readonly csl_json: { readonly id: string; readonly URL: string; readonly version: string }
}

const asked = (url: string, more = '') => `?url=${encodeURIComponent(url)}${more}`
const cite = (url: string, style = 'text') =>
  api.read<Item<Citation>>(`/v1/citation${asked(url, `&style=${style}`)}`)

const addresses = [
  '/v1/findings',
  '/v1/findings?area=northmoor&agency=health&limit=3',
  '/v1/findings?agency=health&area=northmoor&limit=3&rollup=true',
  '/v1/findings?q=%22young%20carers%22%20or%20children&sort=relevance',
  '/v1/findings/northmoor-2016-009?fields=id',
  '/v1/findings/facets?kind=strength',
  '/v1/findings/crosstab?rows=area&cols=theme&measure=findings',
  '/v1/areas',
  '/v1/areas/northmoor',
  '/v1/publications?type=inspection_letter&sort=published_on',
  '/v1/agencies/health',
  '/v1/themes',
  '/v1/inspections',
  '/v1/releases/1.0.0',
  '/v1/releases/1.0.0/findings?area=northmoor',
  '/v1',
  '/v1/releases',
]

t.test('the citation of an address is that of its answer', async (t) => {
  for (const address of addresses) {
    const { meta } = await api.read<Item<unknown>>(address)
    for (const url of [address, publicUrl + address]) {
      const { data } = await cite(url)
      t.equal(data.citation, meta.citation, url)
      t.equal(data.url, meta.permalink, url)
    }
  }
})

t.test('files without meta are cited under their release too', async (t) => {
  for (const path of [
    '/findings.csv',
    '/findings.xlsx',
    '/findings.json',
    '/areas.csv',
    '/findings/facets.csv',
  ]) {
    const { data } = await cite(`/v1${path}`)
    t.equal(data.url, `${publicUrl}/v1/releases/1.1.0${path}`)
  }
})

t.test('an address is cited however a browser spells its host, and without its fragment', async (t) => {
  const expected = (await cite('/v1/themes')).data
  for (const url of ['HTTP://Api.Test/v1/themes', '/v1/themes#top', `${publicUrl}/v1/themes#`])
    t.same((await cite(url)).data, expected, url)
})

t.test('header fields and meta speak of the citation itself', async (t) => {
  const response = await api.get(`/v1/citation${asked('/v1/releases/1.0.0/themes', '&style=bibtex')}`)
  const { data, meta } = response.json<Item<Citation>>()
  t.equal(data.csl_json.version, '1.0.0')
  t.equal(meta.release, '1.1.0')
  t.equal(response.headers['dataset-release'], '1.1.0')
  t.ok(String(response.headers.link).includes(`<${meta.permalink}>; rel="canonical"`))
  const alternates = [...String(response.headers.link).matchAll(/<([^>]+)>; rel="alternate"/g)]
  t.equal(alternates.length, 3)
  for (const [, address = ''] of alternates) t.equal((await api.get(address)).statusCode, 200, address)
})

t.test('latest is cited as the release it is now', async (t) => {
  const { data } = await cite('/v1/releases/latest/findings?area=northmoor')
  t.equal(data.url, `${publicUrl}/v1/releases/1.1.0/findings?area=northmoor`)
  t.equal((await cite('/v1/releases/latest')).data.url, `${publicUrl}/v1/releases/1.1.0`)
})

t.test('a page is cited with its cursor, under the release the cursor walks', async (t) => {
  const { page } = await api.read<List<object>>('/v1/findings?limit=5')
  const { data } = await cite(page.next ?? '')
  t.equal(data.url, page.next?.replace('/v1/', '/v1/releases/1.1.0/'))
})

t.test('each style says release, year, licence and address', async (t) => {
  const url = '/v1/findings?area=northmoor'
  const permalink = `${publicUrl}/v1/releases/1.1.0/findings?area=northmoor`
  for (const style of ['text', 'bibtex', 'ris', 'csl-json']) {
    const { data } = await cite(url, style)
    t.equal(data.style, style)
    for (const part of ['1.1.0', '2021', 'Open Government Licence v3.0', permalink, 'JTAI Findings API']) {
      t.ok(data.citation.includes(part), `${style} says ${part}`)
    }
  }
  const csl = (await cite(url, 'csl-json')).data
  t.same(JSON.parse(csl.citation), [csl.csl_json])
  t.match(csl.csl_json, { type: 'dataset', URL: permalink, version: '1.1.0' })
})

t.test('a file holds the citation alone, in its own media type', async (t) => {
  const files = {
    txt: ['text', 'text/plain'],
    bib: ['bibtex', 'application/x-bibtex'],
    ris: ['ris', 'application/x-research-info-systems'],
  }
  for (const [extension, [style = '', mediaType]] of Object.entries(files)) {
    const response = await api.get(`/v1/citation.${extension}${asked('/v1/themes')}`)
    t.equal(response.statusCode, 200)
    t.equal(response.headers['content-type'], `${mediaType}; charset=utf-8`)
    const { data } = await cite('/v1/themes', style)
    t.equal(response.body.trimEnd(), data.citation)
    t.equal(data.media_type, mediaType)
    t.match(response.headers['content-disposition'], `filename="jtai-citation.${extension}"`)
  }
  const refused = await api.get(`/v1/citation${asked('/v1/themes')}`, { accept: 'application/x-bibtex' })
  t.equal(refused.statusCode, 406)
  t.match(refused.json(), { detail: /\/v1\/citation\.bib/ })
})

t.test('two citations of a release have different keys, the same citation always the same', async (t) => {
  const [one, other, again] = [await cite('/v1/themes'), await cite('/v1/areas'), await cite('/v1/themes')]
  t.not(one.data.csl_json.id, other.data.csl_json.id)
  t.same(one, again)
  t.match((await cite('/v1/themes', 'bibtex')).data.citation, `{${one.data.csl_json.id},`)
  t.match((await cite('/v1/themes', 'ris')).data.citation, `ID  - ${one.data.csl_json.id}\r\n`)
})

t.test('no text of a query breaks BibTeX or RIS', async (t) => {
  const awkward = fc.constantFrom(...'{}\\%#&_$~^"\'@,=-\n\r é“漢', 'ER  - ', '},\n@misc{x,', '\\input{x}')
  const words = fc.array(fc.oneof(awkward, fc.string({ maxLength: 10 })), { maxLength: 12 })
  let answered = 0
  await fc.assert(
    fc.asyncProperty(words, async (parts) => {
      const text = `child ${parts.join('')}`.slice(0, 200)
      fc.pre(text.isWellFormed())
      const url = `/v1/findings?q=${encodeURIComponent(text)}`
      const bib = await api.get(`/v1/citation.bib${asked(url)}`)
      if (bib.statusCode !== 200) return
      answered += 1
      const { meta } = await api.read<Item<unknown>>(url)
      t.match(bib.body, /^@misc\{jtai-1\.1\.0-[0-9a-f]{8},\n(\t[a-z]+ = \{[^\n]*\},\n)+\}\n$/)
      t.equal(count(bib.body, '{'), count(bib.body, '}'))
      t.ok(bib.body.includes(`\turl = {${meta.permalink}},\n`))
      const ris = await api.get(`/v1/citation.ris${asked(url)}`)
      t.match(ris.body, /^TY {2}- DATA\r\n([A-Z][A-Z0-9] {2}- [^\r\n]+\r\n)+ER {2}- \r\n$/)
      t.equal(count(ris.body, 'ER  - '), 1)
      t.ok(ris.body.includes(`\r\nUR  - ${meta.permalink}\r\n`))
    }),
    { numRuns: 60 },
  )
  t.ok(answered > 10)
})

const count = (text: string, part: string): number => text.split(part).length - 1

t.test('an address is cited if, and only if, it would be answered', async (t) => {
  const known = ['area', 'kind', 'q', 'limit', 'sort', 'fields', 'published_from', 'rows', 'cols', 'layout']
  const path = fc.constantFrom(
    '/v1/findings',
    '/v1/findings.csv',
    '/v1/findings/crosstab',
    '/v1/publications',
  )
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(path, anyQuery(known), async (path, query) => {
      fc.pre(query.length < 2_000 && !/[#\\]/.test(query)) // beyond these the address itself is malformed
      const direct = await api.get(`${path}?${query}`)
      const cited = await api.get(`/v1/citation${asked(`${path}?${query}`)}`)
      seen.add(cited.statusCode)
      t.equal(cited.statusCode, direct.statusCode < 400 ? 200 : 400, `${path}?${query}`)
    }),
    { numRuns: 300 },
  )
  t.same([...seen].sort(), [200, 400])
})

t.test('what is not an address of this service is refused', async (t) => {
  const wrong = [
    ...[
      'http://elsewhere.test/v1/findings',
      `${publicUrl}.elsewhere.test/v1/findings`,
      '//elsewhere.test/v1',
    ],
    ...[`${publicUrl}@elsewhere.test/v1`, 'v1/findings', 'javascript:alert(1)', 'file:///etc/passwd'],
    ...['/v1\\findings', '/\\elsewhere.test', publicUrl, ' /v1', '#/v1'],
  ]
  for (const url of wrong) {
    const problem = await api.refuse(`/v1/citation${asked(url)}`)
    t.match(problem, { status: 400, errors: [{ parameter: 'url', detail: /not an address/ }] }, url)
  }
})

t.test('an address that would be refused is refused with its reason', async (t) => {
  const reasons = {
    '/v1/findings?area=northmor': { detail: /area: There is no area northmor/, did_you_mean: 'northmoor' },
    '/v1/findings?limit=0': { detail: /limit: .*range/ },
    '/v1/findings?nonsense=1': { detail: /nonsense: There is no such parameter/ },
    '/v1/findings?q=the': { detail: /q: / },
    '/v1/findings?published_from=2017-01-01&published_to=2016-01-01': { detail: /published_to/ },
    '/v1/publications?published_from=2017-01-01&published_to=2016-01-01': { detail: /published_to/ },
    '/v1/findings/crosstab?rows=area': { detail: /cols: It is missing/ },
    '/v1/findings/crosstab?rows=area&cols=area': { detail: /cols: / },
    '/v1/findings?cursor=abc': { detail: /cursor: / },
    '/v1/findings/northmoor-2016-888': { detail: /no such finding/ },
    '/v1/findings/eastvale-2016-004': { detail: /withdrawn/ },
    '/v1/areas/nowhere': { detail: /no such area/ },
    '/v1/releases/9.9.9/findings': { detail: /no release 9\.9\.9/ },
    '/v1/nothing': { detail: /no data at \/v1\/nothing/ },
    '/docs': { detail: /no data at \/docs/ },
    '/v1/findings/': { detail: /slash/ },
    '/v1/citation?url=/v1': { detail: /no data at \/v1\/citation/ },
    '/v1/%zz': { detail: /no data/ },
  }
  for (const [url, error] of Object.entries(reasons)) {
    const problem = await api.refuse(`/v1/citation${asked(url)}`)
    t.match(problem, { status: 400, errors: [{ parameter: 'url', ...error }] }, url)
  }
})

t.test('a query that was not percent-encoded names the parameter that fell out of it', async (t) => {
  const problem = await api.refuse('/v1/citation?url=/v1/findings?area=northmoor&agency=health')
  t.match(problem, { status: 400, errors: [{ parameter: 'agency' }] })
})

t.test('url is needed, style is one of four', async (t) => {
  t.match(await api.refuse('/v1/citation'), { status: 400, errors: [{ parameter: 'url' }] })
  t.match(await api.refuse(`/v1/citation${asked('/v1', '&style=apa')}`), {
    status: 400,
    errors: [{ parameter: 'style', allowed: ['text', 'bibtex', 'ris', 'csl-json'] }],
  })
})
