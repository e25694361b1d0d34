// What is offered for a mistyped value.
import fc from 'fast-check'
import t from 'tap'
import { suggest } from '../../src/lib/suggest.ts'

const agencies = ['health', 'community-health', 'harbour-watch', 'town-council', 'library-service']

t.test('a value a few typing errors away is offered', async (t) => {
  t.equal(suggest('helth', agencies), 'health')
  t.equal(suggest('Health', agencies), 'health')
  t.equal(suggest('aera', ['area', 'agency']), 'area', 'two letters changed places')
  t.equal(suggest('harbor-watch', agencies), 'harbour-watch')
  t.equal(suggest('town council', agencies), 'town-council')
  t.equal(suggest('town_council', agencies), 'town-council')
  t.equal(suggest('area-for-improvement', ['strength', 'area_for_improvement']), 'area_for_improvement')
})

t.test('a part of a value is offered', async (t) => {
  t.equal(suggest('library', agencies), 'library-service')
})

t.test('nothing is offered where nothing is near', async (t) => {
  t.equal(suggest('zzzzzzzz', agencies), null)
  t.equal(suggest('page', ['area', 'agency', 'theme', 'q', 'limit']), null)
  t.equal(suggest('', agencies), null)
  t.equal(suggest('health', []), null)
})

t.test('what is offered is always a candidate, and a candidate is always offered for itself', async () => {
  const candidates = fc.array(fc.stringMatching(/^[a-z]+(-[a-z]+)*$/), { minLength: 1 })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), candidates, (value, known) => {
      const found = suggest(value, known)
      return found === null || known.includes(found)
    }),
  )
  fc.assert(
    fc.property(candidates, fc.nat(), (known, at) => {
      const value = known[at % known.length] ?? ''
      fc.pre(value.length <= 100)
      return suggest(value, known) === value
    }),
  )
})
