// The page of findings: its count and the number beside each choice are those of the API, whatever is asked.
import fc from 'fast-check'
import t from 'tap'
import { readHeading, readItem, totalsOf } from '../support/counted.ts'
import { choicesOf } from '../support/form.ts'
import { readPage } from '../support/html.ts'
import { dimensions, openWorlds, pathOf, selectionsOf, worlds } from '../support/questions.ts'

interface Facets {
  readonly facets: readonly {
    readonly dimension: string
    readonly values: readonly {
      readonly id: string | null
      readonly label: string
      readonly count: number
      readonly selected: boolean
    }[]
  }[]
}

const chosen: Readonly<Record<(typeof worlds)[number], readonly string[]>> = {
  real: [
    '/findings',
    '/findings?agency=police&area=bradford,hounslow&kind=area_for_improvement',
    '/findings?agency=health&rollup=false',
    '/findings?agency=health,midwifery&theme=marac',
    '/findings?q=%22one%20stop%20shop%22',
    '/findings?q=zebra',
    '/findings?scope=national',
    '/findings?published_from=2017-01-01&published_to=2017-06-13&section=summary',
    '/findings?q=salford-2016-101',
  ],
  fixture: [
    '/findings?agency=health',
    '/findings?agency=health&rollup=false',
    '/findings?agency=community-health,health&theme=planning',
    '/findings?scope=national',
    '/findings?area=northmoor&inspection=northmoor-2016-b',
    '/findings?theme=weather',
  ],
}

const apps = await openWorlds(t)

for (const world of worlds) {
  const api = apps[world]
  const total = totalsOf(api)

  /** What the page says and what the API says, in one form. */
  async function compare(path: string) {
    const page = await readPage(api, path)
    const { facets } = await readItem<Facets>(api, `/v1${path.replace('/findings', '/findings/facets')}`)
    const inspections = facets.find(({ dimension }) => dimension === 'inspection')?.values ?? []
    const isNarrowed = inspections.some(({ selected }) => selected)
    return {
      shown: {
        ...readHeading(page),
        choices: dimensions.map((dimension) =>
          choicesOf(page, dimension).map((choice) => [
            dimension,
            ...[choice.value, choice.label, choice.count, choice.isChecked],
          ]),
        ),
      },
      counted: {
        findings: await total(path),
        national: (facets.find(({ dimension }) => dimension === 'scope')?.values ?? [])
          .filter(
            ({ id, selected }, _at, values) =>
              id === 'national' && (selected || !values.some((one) => one.selected)),
          )
          .reduce((sum, { count }) => sum + count, 0),
        inspections: inspections.filter(
          ({ id, count, selected }) => id !== null && count > 0 && (selected || !isNarrowed),
        ).length,
        choices: dimensions.map((dimension) =>
          (facets.find((facet) => facet.dimension === dimension)?.values ?? [])
            .filter(({ id }) => id !== null)
            .map(({ id, label, count, selected }) => [dimension, id, label, count, selected]),
        ),
      },
    }
  }

  for (const path of chosen[world]) {
    t.test(`${path}, ${world}, counts what the API counts`, async (t) => {
      const { shown, counted } = await compare(path)
      t.same(shown, counted)
      t.ok(shown.choices.every((choices) => choices.length > 0))
    })
  }

  t.test(`any question of ${world} is counted as the API counts it`, async (t) => {
    await fc.assert(
      fc.asyncProperty(selectionsOf(world), async (selection) => {
        const { shown, counted } = await compare(pathOf(selection))
        t.same(shown, counted, pathOf(selection))
      }),
      { numRuns: 40 },
    )
  })

  t.test(`the heading of any question of ${world} counts the inspections of what is listed`, async (t) => {
    for (const selection of fc.sample(selectionsOf(world), 30)) {
      const path = pathOf(selection)
      const said = readHeading(await readPage(api, path))
      const listed = await api.read<{
        data: readonly { inspection: string | null }[]
        page: { next: unknown }
      }>(`/v1${path}${path.includes('?') ? '&' : '?'}fields=inspection&limit=500`)
      if (listed.page.next !== null) continue // the heading of all is compared above
      const inspections = new Set(listed.data.flatMap(({ inspection }) => inspection ?? []))
      const national = listed.data.filter(({ inspection }) => inspection === null).length
      t.same(said, { findings: listed.data.length, inspections: inspections.size, national }, path)
    }
  })
}
