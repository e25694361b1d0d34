// The committed data set as it is served: what a reader of the six letters can check by hand.
import t from 'tap'
import { type Item, type List, openApp } from '../support/app.ts'
import type { Finding } from '../support/oracle.ts'

const api = await openApp(t, 'real')

interface Publication {
  readonly id: string
  readonly published_on: string
  readonly pages: number
  readonly url: string
}

interface Counted {
  readonly id: string
  readonly counts: { readonly total: number }
}

async function readFindings(address = '/v1/findings?limit=500'): Promise<Finding[]> {
  const { data, page } = await api.read<List<Finding>>(address)
  return page.next === null ? [...data] : [...data, ...(await readFindings(page.next))]
}

const findings = await readFindings()
const letters = await api.read<List<Publication>>('/v1/publications?type=inspection_letter&sort=published_on')

t.test('the service document counts 921 findings', async (t) => {
  const { data } = await api.read<Item<Counted>>('/v1')
  t.same(data.counts, { total: 921, strength: 516, area_for_improvement: 342, context: 63 })
  t.equal(findings.length, 921)
})

t.test('the timeline has six letters in order of date', async (t) => {
  t.same(
    letters.data.map(({ id, published_on }) => [id, published_on]),
    [
      ['letter-salford-2016', '2016-10-28'],
      ['letter-lincolnshire-2016', '2016-12-02'],
      ['letter-wiltshire-2016', '2016-12-16'],
      ['letter-hampshire-2016', '2017-02-01'],
      ['letter-bradford-2017', '2017-04-21'],
      ['letter-hounslow-2017', '2017-06-13'],
    ],
  )
})

t.test('each inspection has the findings of its letter', async (t) => {
  const { data } = await api.read<List<Counted>>('/v1/inspections')
  t.same(Object.fromEntries(data.map(({ id, counts }) => [id, counts.total])), {
    'salford-2016': 124,
    'lincolnshire-2016': 155,
    'wiltshire-2016': 124,
    'hampshire-2016': 153,
    'bradford-2017': 195,
    'hounslow-2017': 143,
  })
  const national = await api.read<List<Finding>>('/v1/findings?scope=national')
  t.equal(national.page.total, 27)
})

t.test('the first evidence of every finding of a letter is a page within that letter', async (t) => {
  const byId = new Map(letters.data.map((letter) => [letter.id, letter]))
  const ofLetters = findings.filter(({ scope }) => scope === 'area')
  t.equal(ofLetters.length, 894)
  const wrong = ofLetters.filter(({ publication, evidence: [first] }) => {
    const letter = byId.get(publication)
    const page = first?.page ?? 0
    return first?.url !== `${letter?.url}#page=${page}` || page < 1 || page > (letter?.pages ?? 0)
  })
  t.same(
    wrong.map(({ id }) => id),
    [],
  )
})

t.test('every finding has evidence, agencies, themes and a summary that ends', async (t) => {
  const wrong = findings.filter(
    ({ evidence, agencies, themes, summary }) =>
      evidence.length === 0 || agencies.length === 0 || themes.length === 0 || !/[.?!”’")]$/.test(summary),
  )
  t.same(
    wrong.map(({ id }) => id),
    [],
  )
})
