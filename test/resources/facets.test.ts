// Facets: the findings counted by every dimension, and their addresses, against what the invented world holds.
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { type Filters, selectFindings, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')
const snapshot = snapshotOf()
const countOf = (filters: Filters) => selectFindings(snapshot, filters).length

interface Value {
  readonly id: string | null
  readonly label: string
  readonly broader: string | null
  readonly count: number
  readonly selected: boolean
  readonly url: string
}

interface Total {
  readonly count: number
  readonly url: string
}

interface Facet {
  readonly dimension: string
  readonly total: Total
  readonly values: readonly Value[]
}

interface Facets {
  readonly total: Total
  readonly facets: readonly Facet[]
}

const read = async (query = '', root = '/v1') =>
  (await api.read<Item<Facets>>(`${root}/findings/facets?${query}`)).data

const findFacet = ({ facets }: Facets, dimension: string): Facet | undefined =>
  facets.find((facet) => facet.dimension === dimension)

const findValue = (facets: Facets, dimension: string, id: string | null): Value | undefined =>
  findFacet(facets, dimension)?.values.find((value) => value.id === id)

t.test('every dimension is counted, always in the same order', async (t) => {
  const dimensions = [
    'area',
    'agency',
    'theme',
    'kind',
    'section',
    'basis',
    'scope',
    'inspection',
    'programme',
    'publication',
    'region',
  ]
  for (const query of ['', 'area=northmoor', 'theme=weather']) {
    t.same(
      (await read(query)).facets.map(({ dimension }) => dimension),
      dimensions,
      query,
    )
  }
})

t.test('every value is there with its label, in code-list order, zeros too', async (t) => {
  const facets = await read('area=pont-ecoute')
  t.same(
    findFacet(facets, 'theme')?.values.map(({ id, label, broader }) => [id, label, broader]),
    [...snapshot.theme.values()].map(({ id, label, broader }) => [id, label, broader]),
  )
  t.match(findValue(facets, 'theme', 'weather'), { count: 0, selected: false })
  t.same(
    findFacet(facets, 'kind')?.values.map(({ label }) => label),
    ['Strength', 'Area for improvement', 'Context'],
  )
})

t.test('a facet counts under all filters but its own', async (t) => {
  const facets = await read('area=northmoor&kind=strength')
  t.same(facets.total, {
    count: countOf({ area: ['northmoor'], kind: ['strength'] }),
    url: `${publicUrl}/v1/findings?area=northmoor&kind=strength`,
  })
  t.same(findFacet(facets, 'area')?.total, {
    count: countOf({ kind: ['strength'] }),
    url: `${publicUrl}/v1/findings?kind=strength`,
  })
  t.same(findValue(facets, 'area', 'eastvale'), {
    id: 'eastvale',
    label: 'Eastvale',
    broader: null,
    count: countOf({ area: ['eastvale'], kind: ['strength'] }),
    selected: false,
    url: `${publicUrl}/v1/findings?area=eastvale&kind=strength`,
  })
  t.match(findValue(facets, 'kind', 'context'), {
    count: countOf({ area: ['northmoor'], kind: ['context'] }),
  })
})

t.test('the values chosen are marked, and only they', async (t) => {
  const { facets } = await read('area=northmoor,eastvale,northmoor&agency=health&scope=area')
  t.same(
    facets.flatMap(({ values }) => values.filter(({ selected }) => selected).map(({ id }) => id)),
    ['northmoor', 'eastvale', 'health', 'area'],
  )
  t.notOk((await read()).facets.some(({ values }) => values.some(({ selected }) => selected)))
})

t.test('a code counts under the codes above it too, and with rollup=false only as coded', async (t) => {
  const rolledUp = await read()
  const asCoded = await read('rollup=false')
  t.match(findValue(rolledUp, 'agency', 'health'), {
    count: countOf({ agency: ['health'] }),
    url: `${publicUrl}/v1/findings?agency=health`,
  })
  t.match(findValue(asCoded, 'agency', 'health'), {
    count: countOf({ agency: ['health'], rollup: false }),
    url: `${publicUrl}/v1/findings?agency=health&rollup=false`,
  })
  t.ok((findValue(rolledUp, 'agency', 'community-health')?.count ?? 0) > 0)
  t.not(findValue(rolledUp, 'agency', 'health')?.count, findValue(asCoded, 'agency', 'health')?.count)
})

t.test('National is the last value of what national findings have not got', async (t) => {
  const { facets } = await read()
  const national = facets.filter(({ values }) => values.some(({ id }) => id === null))
  t.same(
    national.map(({ dimension }) => dimension),
    ['area', 'inspection', 'region'],
  )
  for (const { dimension, values } of national) {
    t.same(
      values.at(-1),
      {
        id: null,
        label: 'National',
        broader: null,
        count: countOf({ scope: ['national'] }),
        selected: false,
        url: `${publicUrl}/v1/findings?scope=national`,
      },
      dimension,
    )
  }
})

t.test('the address of National asks for the scope in place of the value chosen', async (t) => {
  const query = 'area=northmoor&kind=strength,context&scope=area,national'
  t.match(findValue(await read(query), 'area', null), {
    count: countOf({ scope: ['national'], kind: ['strength', 'context'] }),
    url: `${publicUrl}/v1/findings?kind=context,strength&scope=national`,
  })
})

t.test('National is left out where the scope leaves it out, and adds up where it does not', async (t) => {
  const ofAreas = await read('scope=area')
  t.notOk(ofAreas.facets.some(({ values }) => values.some(({ id }) => id === null)))
  for (const query of ['scope=area', 'scope=national', 'scope=area,national', 'kind=context']) {
    const area = findFacet(await read(query), 'area')
    t.equal(
      area?.values.reduce((sum, { count }) => sum + count, 0),
      area?.total.count,
      query,
    )
  }
})

t.test('filters that leave nothing still show every value', async (t) => {
  const facets = await read('scope=national&area=northmoor&kind=context')
  t.equal(facets.total.count, 0)
  t.match(findFacet(facets, 'theme'), { total: { count: 0 } })
  t.equal(findFacet(facets, 'theme')?.values.length, snapshot.theme.size)
})

t.test('a search is counted like any filter', async (t) => {
  const { page } = await api.read<List<unknown>>('/v1/findings?q=ferry&limit=1')
  const facets = await read('q=ferry')
  t.equal(facets.total.count, page.total)
  const kinds = findFacet(facets, 'kind')
  t.equal(
    kinds?.values.reduce((sum, { count }) => sum + count, 0),
    page.total,
  )
  t.equal(findValue(facets, 'kind', 'strength')?.url, `${publicUrl}/v1/findings?kind=strength&q=ferry`)
})

t.test('under a release it counts that release and leads back to it', async (t) => {
  const root = '/v1/releases/1.0.0'
  const { total, facets } = await read('kind=strength', root)
  t.equal(total.count, selectFindings(snapshotOf('1.0.0'), { kind: ['strength'] }).length)
  t.not(total.count, countOf({ kind: ['strength'] }))
  const links = [total, ...facets.flatMap((facet) => [facet.total, ...facet.values])]
  t.same(
    links.filter(({ url }) => !url.startsWith(`${publicUrl}${root}/findings`)),
    [],
  )
  t.notOk(facets.some(({ values }) => values.some(({ id }) => id === 'canal-wardens')))
})

t.test('the answer says that values overlap, which release it counts, and where it stays', async (t) => {
  const { meta } = await api.read<Item<Facets> & { meta: { caveats: string[] } }>(
    '/v1/findings/facets?kind=strength&rollup=true&area=northmoor',
  )
  t.match(meta.caveats.at(-1), /overlap/)
  t.equal(new Set(meta.caveats).size, meta.caveats.length)
  t.match(meta, {
    release: '1.1.0',
    query: 'area=northmoor&kind=strength',
    permalink: `${publicUrl}/v1/releases/1.1.0/findings/facets?area=northmoor&kind=strength`,
  })
})

t.test('what facets do not know is refused', async (t) => {
  for (const [query, parameter] of [
    ['limit=1', 'limit'],
    ['sort=id', 'sort'],
    ['cursor=x', 'cursor'],
    ['fields=id', 'fields'],
    ['expand=area', 'expand'],
    ['rows=area', 'rows'],
    ['bom=true', 'bom'],
    ['area=nowhere', 'area'],
    ['area=', 'area'],
    ['kind=strengths', 'kind'],
    ['q=the', 'q'],
    ['published_from=2017-01-02&published_to=2017-01-01', 'published_to'],
  ] as const) {
    const { status, errors } = await api.refuse(`/v1/findings/facets?${query}`)
    t.equal(status, 400, query)
    t.same(
      errors.map((one) => one.parameter),
      [parameter],
      query,
    )
  }
})

t.test('the CSV holds the values of the JSON', async (t) => {
  for (const query of ['', 'agency=early-years&rollup=false', 'scope=national&q=children']) {
    const { facets } = await read(query)
    const { body } = await api.get(`/v1/findings/facets.csv?${query}`)
    t.same(
      parse(body, { record_delimiter: '\r\n' }),
      [
        ['dimension', 'id', 'label', 'broader', 'count', 'selected', 'url'],
        ...facets.flatMap(({ dimension, values }) =>
          values.map(({ id, label, broader, count, selected, url }) =>
            [dimension, id ?? '', label, broader ?? '', count, selected, url].map(String),
          ),
        ),
      ],
      query,
    )
  }
})

t.test('the file is named after what is counted, and downloaded where that is asked for', async (t) => {
  const { headers } = await api.get('/v1/findings/facets.csv?area=northmoor,eastvale')
  t.equal(headers['content-type'], 'text/csv; charset=utf-8; header=present')
  t.equal(headers['content-disposition'], 'inline; filename="jtai-facets-1.1.0-area-eastvale-northmoor.csv"')
  const saved = await api.get('/v1/releases/1.0.0/findings/facets.csv?download=true&bom=true')
  t.equal(saved.headers['content-disposition'], 'attachment; filename="jtai-facets-1.0.0.csv"')
  t.ok(saved.body.startsWith('\u{feff}dimension,'))
})

t.test('whoever has the counts is told that they are unchanged', async (t) => {
  for (const path of ['/v1/findings/facets', '/v1/findings/facets.csv']) {
    const first = await api.get(`${path}?area=northmoor,eastvale`)
    const etag = String(first.headers.etag)
    t.equal(first.headers['dataset-release'], '1.1.0')
    const again = await api.get(`${path}?area=eastvale&area=northmoor`, { 'if-none-match': etag })
    t.equal(again.statusCode, 304, path)
    t.equal(again.headers.etag, etag)
    t.equal((await api.get(`${path}?area=eastvale`, { 'if-none-match': etag })).statusCode, 200)
  }
})

t.test('each format has an address of its own', async (t) => {
  const table = { accept: 'text/csv' }
  t.match(await api.refuse('/v1/findings/facets', table), {
    status: 406,
    detail: /\/v1\/findings\/facets\.csv/,
  })
  t.equal((await api.get('/v1/findings/facets.csv', table)).statusCode, 200)
  t.equal((await api.refuse('/v1/findings/facets.csv', { accept: 'application/json' })).status, 406)
  const { headers } = await api.get('/v1/findings/facets?kind=strength')
  t.match(headers.link, `<${publicUrl}/v1/findings/facets.csv?kind=strength>; rel="alternate"`)
})
