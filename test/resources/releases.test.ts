// Releases, paths pinned to one, `latest`, and the service document that names the current one.
import t from 'tap'
import { contentSha256 } from '../../src/dataset/content.ts'
import { type Item, type List, openApp, publicUrl } from '../support/app.ts'
import { listFindings, snapshotOf } from '../support/oracle.ts'

const api = await openApp(t, 'fixture')

interface Release {
  readonly version: string
  readonly released_at: string
  readonly coded_on: string
  readonly content_sha256: string
  readonly counts: { readonly total: number }
  readonly links: { readonly self: string; readonly findings: string }
}

t.test('the releases are listed newest first', async (t) => {
  const { data, page } = await api.read<List<Release>>('/v1/releases')
  t.same(
    data.map(({ version, released_at, coded_on }) => [version, released_at, coded_on]),
    [
      ['1.1.0', '2021-01-01T00:00:00Z', '2020-12-31'],
      ['1.0.0', '2020-02-29T23:59:59Z', '2020-02-29'],
    ],
  )
  t.equal(page.total, 2)
  for (const { version, counts, content_sha256, links } of data) {
    t.equal(counts.total, snapshotOf(version).finding.size)
    t.equal(content_sha256, contentSha256(snapshotOf(version)))
    t.equal(links.self, `${publicUrl}/v1/releases/${version}`)
    t.equal((await api.read<List<unknown>>(links.findings)).page.total, counts.total)
  }
})

t.test('a release by its version is that of the list', async (t) => {
  const { data } = await api.read<List<Release>>('/v1/releases')
  for (const release of data) t.match((await api.read<Item<Release>>(release.links.self)).data, release)
})

t.test('a release that is not there is a 404 that names those that are', async (t) => {
  const problem = await api.refuse('/v1/releases/1.2.0/findings')
  t.equal(problem.status, 404)
  t.match(problem.errors, [{ parameter: 'version', allowed: ['1.1.0', '1.0.0'] }])
  for (const version of ['1', 'v1.0.0', '01.0.0', '1.0.0%20', '..', 'LATEST']) {
    t.equal((await api.get(`/v1/releases/${version}`)).statusCode, 404, version)
  }
})

t.test('latest leads to the current release, here and on every path below, with the query', async (t) => {
  for (const rest of [
    '',
    '/findings?area=northmoor&limit=1',
    '/areas/northmoor',
    '/findings/northmoor-2016-001',
  ]) {
    const response = await api.get(`/v1/releases/latest${rest}`)
    t.equal(response.statusCode, 307, rest)
    t.equal(response.headers.location, `${publicUrl}/v1/releases/1.1.0${rest}`)
    t.equal((await api.get(response.headers.location ?? '')).statusCode, 200)
  }
})

t.test('a plain path answers as the current release, and a pinned one as its own', async (t) => {
  const plain = await api.read<List<{ id: string }>>('/v1/findings?limit=500')
  const current = await api.read<List<{ id: string }>>('/v1/releases/1.1.0/findings?limit=500')
  const first = await api.read<List<{ id: string }>>('/v1/releases/1.0.0/findings?limit=500')
  t.equal(plain.meta.release, '1.1.0')
  t.equal(first.meta.release, '1.0.0')
  t.same(
    plain.data.map(({ id }) => id),
    current.data.map(({ id }) => id),
  )
  t.equal(first.page.total, listFindings(snapshotOf('1.0.0')).length)
  t.not(first.page.total, plain.page.total)
})

t.test('links of a pinned answer stay within its release', async (t) => {
  const { data } = await api.read<List<Release>>('/v1/releases/1.0.0/areas')
  for (const { links } of data) {
    t.match(links.self, `${publicUrl}/v1/releases/1.0.0/areas/`)
    t.match(links.findings, `${publicUrl}/v1/releases/1.0.0/findings?`)
  }
  const findings = await api.read<List<{ url: string }>>('/v1/releases/1.0.0/findings?limit=1')
  t.match(findings.data[0]?.url, `${publicUrl}/v1/releases/1.0.0/findings/`)
  t.match(findings.page.next, `${publicUrl}/v1/releases/1.0.0/findings?`)
})

t.test('the permalink gives the same answer, and is its own permalink', async (t) => {
  for (const path of ['/v1/areas', '/v1/findings?limit=2&kind=strength', '/v1/findings/northmoor-2016-001']) {
    const answer = await api.read<Item<unknown>>(path)
    const again = await api.read<Item<unknown>>(answer.meta.permalink)
    t.equal(
      answer.meta.permalink,
      path
        .replace('/v1', `${publicUrl}/v1/releases/1.1.0`)
        .replace('limit=2&kind=strength', 'kind=strength&limit=2'),
    )
    t.equal(again.meta.permalink, answer.meta.permalink)
    const unpinned = JSON.stringify(again.data).replaceAll('/v1/releases/1.1.0', '/v1')
    t.same(JSON.parse(unpinned), answer.data)
    t.match(answer.meta.citation, answer.meta.permalink)
  }
})

t.test('meta says which release answers, what was understood and how to cite it', async (t) => {
  const { meta } = await api.read<List<unknown>>(
    '/v1/findings?theme=travel&area=northmoor,eastvale&area=northmoor&limit=100',
  )
  t.match(meta, {
    release: '1.1.0',
    released_at: '2021-01-01T00:00:00Z',
    query: 'area=eastvale,northmoor&theme=travel',
    citation:
      /^JTAI Findings API \(2021\)\. .*data set 1\.1\.0\. http:\/\/api\.test\/v1\/releases\/1\.1\.0\/findings\?area=/,
    licence: { id: 'OGL-UK-3.0' },
    attribution: /Open Government Licence/,
    caveats: [/counts of statements/],
  })
  t.notMatch(meta.citation, '\n')
})

t.test('the service document counts what there is and leads to everything', async (t) => {
  interface Service {
    readonly coverage: Readonly<Record<string, unknown>>
    readonly counts: { readonly total: number }
    readonly release: Release
    readonly links: Readonly<Record<string, string>>
  }
  const { data } = await api.read<Item<Service>>('/v1')
  const snapshot = snapshotOf()
  t.same(data.coverage, {
    areas: snapshot.area.size,
    inspections: snapshot.inspection.size,
    publications: snapshot.publication.size,
    agencies: snapshot.agency.size,
    themes: snapshot.theme.size,
    first_letter_on: '2016-02-29',
    last_letter_on: '2017-03-01',
  })
  t.equal(data.counts.total, snapshot.finding.size)
  t.equal(data.release.version, '1.1.0')
  for (const [name, link] of Object.entries(data.links)) {
    t.match((await api.get(link)).statusCode, /^(200|302)$/, name)
  }
})
