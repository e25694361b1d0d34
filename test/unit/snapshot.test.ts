// A release as a whole: the order of findings, what a finding takes from others, and the checksum.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import t from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import { compare, completeFinding, contentSha256, orderedFindings } from '../../src/dataset/content.ts'
import { readRelease } from '../../src/dataset/read.ts'
import { applyRelease, emptyHistory, type Snapshot } from '../../src/dataset/snapshot.ts'
import { fixtureReleases } from '../support/releases.ts'

const [first, second] = buildReleases(fixtureReleases)
if (first === undefined || second === undefined) throw new Error('the invented world has two releases')

t.test('a correction keeps the place of a record in its list', async (t) => {
  const ids = (snapshot: Snapshot) => [...snapshot.agency.keys()]
  t.same(ids(second.snapshot), [...ids(first.snapshot), 'canal-wardens'])
  t.equal(second.snapshot.agency.get('library-service')?.label, 'Libraries')
})

t.test('findings are ordered by date, newest first, then by identifier', async (t) => {
  const findings = orderedFindings(first.snapshot)
  const isOrdered = findings.every((finding, index) => {
    const next = findings[index + 1]
    if (next === undefined || finding.published_on > next.published_on) return true
    return finding.published_on === next.published_on && finding.id < next.id
  })
  t.ok(isOrdered)
  t.equal(findings[0]?.published_on, '2018-02-28')
  t.equal(findings.at(-1)?.id, 'guidance-2016-001')
  const ties = findings.filter(({ published_on }) => published_on === '2017-01-01').map(({ area }) => area)
  t.same([...new Set(ties)], ['eastvale', 'sankt-anna'], 'two letters of one day')
})

t.test('strings are compared by code point, as the "C" collation does', async (t) => {
  t.same(['b', 'a-b', 'a', 'B', '10', '9', 'a1'].toSorted(compare), ['10', '9', 'B', 'a', 'a-b', 'a1', 'b'])
  t.equal(compare('a', 'a'), 0)
})

t.test('a finding takes area, region, date and addresses from what it refers to', async (t) => {
  const complete = (id: string) => {
    const finding = first.snapshot.finding.get(id)
    if (finding === undefined) throw new Error(`${id} is not there`)
    return completeFinding(first.snapshot, finding)
  }
  t.match(complete('northmoor-2016-016'), {
    scope: 'area',
    area: 'northmoor',
    region: 'upland',
    published_on: '2016-02-29',
    evidence: [
      { publication: 'news-northmoor-2016', url: 'https://lantern.example/watch?story=7&part=2' },
      { publication: 'letter-northmoor-2016', url: 'https://letters.example/northmoor-2016.pdf#page=1' },
    ],
  })
  t.match(complete('overview-2017-001'), { scope: 'national', inspection: null, area: null, region: null })
})

t.test('the checksum', async (t) => {
  const sha256 = contentSha256(first.snapshot)

  t.test('is that of the whole content in canonical JSON', async (t) => {
    const { snapshot } = first
    const content = {
      programmes: [...snapshot.programme.values()],
      inspectorates: [...snapshot.inspectorate.values()],
      areas: [...snapshot.area.values()],
      publications: [...snapshot.publication.values()],
      agencies: [...snapshot.agency.values()],
      themes: [...snapshot.theme.values()],
      inspections: [...snapshot.inspection.values()],
      findings: orderedFindings(snapshot),
    }
    t.equal(
      createHash('sha256')
        .update(canonicalize(content) ?? '')
        .digest('hex'),
      sha256,
    )
  })

  t.test('does not see the order of fields, nor that of findings in their files', async (t) => {
    const folder = readRelease(fixtureReleases, '1.0.0')
    const turned = folder.added.map(({ entity, file, value }) => {
      const copy = structuredClone(value)
      const fields = Object.entries(copy).reverse()
      for (const [name] of fields) Reflect.deleteProperty(copy, name)
      return { entity, file, value: Object.assign(copy, Object.fromEntries(fields)) }
    })
    const isFinding = ({ entity }: { entity: string }) => entity === 'finding'
    const added = [...turned.filter((one) => !isFinding(one)), ...turned.filter(isFinding).reverse()]
    t.equal(contentSha256(applyRelease(emptyHistory(), { ...folder, added }).history.snapshot), sha256)
  })

  t.test('sees every other change', async (t) => {
    t.not(contentSha256(second.snapshot), sha256)
    const { snapshot } = first
    const agencies = [...snapshot.agency].reverse()
    t.not(contentSha256({ ...snapshot, agency: new Map(agencies) }), sha256, 'the order of a code list')
    const area = [...snapshot.area].map(([id, one]): [string, typeof one] => [
      id,
      { ...one, ofsted_urn: '99999' },
    ])
    t.not(contentSha256({ ...snapshot, area: new Map(area) }), sha256, 'one field')
  })
})
