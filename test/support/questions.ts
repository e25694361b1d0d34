// The two worlds the pages are tested in, and random questions for them: filters, words, an order and a length of page.
import fc from 'fast-check'
import type { Test } from 'tap'
import { buildReleases } from '../../src/dataset/build.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import { canonicalQuery, type Query } from '../../src/lib/canonical-query.ts'
import { openApp, type TestApp } from './app.ts'
import { filtersOf } from './filters.ts'
import { snapshotOf } from './oracle.ts'

export const worlds = ['real', 'fixture'] as const
type World = (typeof worlds)[number]

/** An app of each world, opened before any test runs: one that keeps the process busy would make the other time out. */
export const openWorlds = async (t: Test): Promise<Readonly<Record<World, TestApp>>> => ({
  real: await openApp(t, 'real'),
  fixture: await openApp(t, 'fixture'),
})

const words = {
  real: ['police', '"one stop shop"', 'risk or harm', 'child -school', 'health visitor’s', 'zebra'],
  fixture: ['child', '"forest nursery"', 'ferry or library', 'schools -ferry', 'crèche', 'zebra'],
} as const

export const dimensions = [
  ...['kind', 'area', 'agency', 'theme', 'section', 'basis', 'scope', 'region'],
  ...['inspection', 'publication', 'programme'],
] as const

function snapshotIn(world: World): Snapshot {
  const snapshot = world === 'real' ? buildReleases().at(-1)?.snapshot : snapshotOf()
  if (snapshot === undefined) throw new Error('there is no release')
  return snapshot
}

/** Random filters, one in three times with words. */
export const selectionsOf = (world: World): fc.Arbitrary<Query> =>
  fc
    .tuple(
      filtersOf(snapshotIn(world)),
      fc.option(fc.constantFrom(...words[world]), { freq: 1, nil: undefined }),
    )
    .map(([filters, q]) => ({ ...filters, ...(q === undefined ? {} : { q }) }))

/** Selections with an order and one of the lengths the form offers. */
export const questionsOf = (world: World): fc.Arbitrary<Query> =>
  fc
    .tuple(
      selectionsOf(world),
      fc.constantFrom('-published_on', 'published_on', 'id', '-id', 'relevance'),
      fc.constantFrom(25, 50, 100),
    )
    .map(([selection, order, limit]) => ({
      ...selection,
      sort: order === 'relevance' && selection.q === undefined ? '-published_on' : order,
      limit,
    }))

export const defaults: Query = { sort: '-published_on', limit: 25, rollup: true }

/** The one address of a question. */
export function pathOf(question: Query): string {
  const query = canonicalQuery(question, defaults)
  return query === '' ? '/findings' : `/findings?${query}`
}
