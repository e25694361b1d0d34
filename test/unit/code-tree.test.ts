// Laws of broader and narrower codes.
import fc from 'fast-check'
import t from 'tap'
import { pairWithAncestors, withNarrower } from '../../src/lib/code-tree.ts'

// A forest: each code stands below an earlier one or below none.
const forest = fc.array(fc.option(fc.nat()), { minLength: 1, maxLength: 30 }).map((parents) =>
  parents.map((parent, index) => ({
    id: `code-${index}`,
    broader: parent === null || index === 0 ? null : `code-${parent % index}`,
  })),
)

const health = [
  { id: 'health', broader: null },
  { id: 'community-health', broader: 'health' },
  { id: 'night-nursing', broader: 'community-health' },
  { id: 'schools', broader: null },
]

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.toSorted().join() === other.toSorted().join()

t.test('a code is paired with itself and with every code above it', async (t) => {
  t.same(
    pairWithAncestors(health).filter(({ code }) => code === 'night-nursing'),
    [
      { code: 'night-nursing', id: 'night-nursing' },
      { code: 'night-nursing', id: 'community-health' },
      { code: 'night-nursing', id: 'health' },
    ],
  )
})

t.test('the narrower codes of a code are those below it, however deep', async (t) => {
  t.same(withNarrower(health, ['health']), ['health', 'community-health', 'night-nursing'])
  t.same(withNarrower(health, ['night-nursing']), ['night-nursing'])
  t.same(withNarrower(health, ['health', 'night-nursing']), ['health', 'community-health', 'night-nursing'])
  t.same(withNarrower(health, ['nobody']), [])
  t.same(withNarrower(health, []), [])
})

t.test('narrowing twice adds nothing, and narrowing several is narrowing each', async () => {
  fc.assert(
    fc.property(forest, fc.array(fc.nat(), { maxLength: 5 }), (codes, picks) => {
      const chosen = picks.map((pick) => codes[pick % codes.length]?.id ?? '')
      const once = withNarrower(codes, chosen)
      const each = new Set(chosen.flatMap((code) => withNarrower(codes, [code])))
      return (
        isSameSet(withNarrower(codes, once), once) &&
        isSameSet([...each], once) &&
        new Set(once).size === once.length &&
        chosen.every((code) => once.includes(code))
      )
    }),
  )
})
