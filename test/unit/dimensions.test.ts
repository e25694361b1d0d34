// The dimensions findings are counted by: which values each shows, and the filters that select one of them.
import t from 'tap'
import type { Edition } from '../../src/db/catalogue.ts'
import { chosenCodes, selectValue, valuesOf } from '../../src/resources/findings/dimensions.ts'
import { countedBy } from '../../src/resources/findings/findings.schema.ts'
import { snapshotOf } from '../support/oracle.ts'

const snapshot = snapshotOf()
const agencies = [...snapshot.agency.values()]
const edition: Edition = {
  release: {
    id: 2,
    version: '1.1.0',
    released_at: '2021-01-01T00:00:00Z',
    coded_on: '2020-12-31',
    notes: 'Invented.',
    content_sha256: '0'.repeat(64),
  },
  codes: {
    programmes: [...snapshot.programme.values()],
    inspectorates: [...snapshot.inspectorate.values()],
    areas: [...snapshot.area.values()],
    inspections: [...snapshot.inspection.values()],
    publications: [...snapshot.publication.values()],
    agencies,
    themes: [...snapshot.theme.values()],
  },
  files: [],
}
const idsOf = (dimension: (typeof countedBy)[number], scope?: ('area' | 'national')[]) =>
  valuesOf(dimension, edition, scope === undefined ? {} : { scope }).map(({ id }) => id)

t.test('values come in the order of the code list', async (t) => {
  t.same(idsOf('theme'), [...snapshot.theme.keys()])
  t.same(idsOf('agency'), [...snapshot.agency.keys()])
  t.same(idsOf('publication'), [...snapshot.publication.keys()])
  t.same(idsOf('kind'), ['strength', 'area_for_improvement', 'context'])
})

t.test('a region is a value once, however many areas it has', async (t) => {
  t.same(valuesOf('region', edition, {}), [
    { id: 'upland', label: 'The Upland', broader: null },
    { id: 'coast', label: 'The Coast', broader: null },
    { id: 'islands', label: 'The Islands', broader: null },
    { id: null, label: 'National', broader: null },
  ])
})

t.test('only what a national finding has not got ends with National', async (t) => {
  const ended = countedBy.filter((dimension) => idsOf(dimension).includes(null))
  t.same(ended, ['area', 'inspection', 'region'])
  for (const dimension of ended) t.equal(idsOf(dimension).at(-1), null, dimension)
})

t.test('National goes where the scope leaves national findings out', async (t) => {
  t.notOk(idsOf('area', ['area']).includes(null))
  t.ok(idsOf('area', ['national']).includes(null))
  t.ok(idsOf('area', ['area', 'national']).includes(null))
})

t.test('every value has a label for people', async (t) => {
  for (const dimension of countedBy) {
    for (const { id, label } of valuesOf(dimension, edition, {}))
      t.match(label, /^\p{Lu}.+/u, `${dimension} ${id}`)
  }
  t.match(valuesOf('inspection', edition, {}), [{ id: 'northmoor-2016', label: 'Northmoor, February 2016' }])
})

t.test('selecting a value replaces what was chosen of its dimension and nothing else', async (t) => {
  const filters = { area: ['eastvale'], agency: ['health'], rollup: false, q: 'ferry' }
  const northmoor = { id: 'northmoor', label: 'Northmoor' }
  t.same(selectValue(filters, 'area', northmoor), { ...filters, area: ['northmoor'] })
  t.same(selectValue(filters, 'kind', { id: 'context' }), { ...filters, kind: ['context'] })
})

t.test('selecting National asks for the scope, as no code can', async (t) => {
  const national = { id: null, label: 'National' }
  t.same(selectValue({ area: ['eastvale'], kind: ['context'] }, 'area', national), {
    kind: ['context'],
    scope: ['national'],
  })
  t.same(selectValue({ scope: ['area', 'national'], area: ['eastvale'] }, 'region', national), {
    area: ['eastvale'],
    scope: ['national'],
  })
})

t.test('chosen codes bring the narrower ones, each once', async (t) => {
  const health = ['health', 'hospital', 'community-health', 'night-nursing']
  t.same(chosenCodes(agencies, ['health'], undefined), health)
  t.same(chosenCodes(agencies, ['night-nursing', 'health', 'health'], true), health)
})

t.test('without roll-up the codes chosen are meant alone, each once', async (t) => {
  t.same(chosenCodes(agencies, ['health'], false), ['health'])
  t.same(chosenCodes(agencies, ['schools', 'health', 'schools'], false), ['schools', 'health'])
})
