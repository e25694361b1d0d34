// The law of the change feed: over random histories, replaying it from nothing gives every release to its checksum.
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { type List, openApp, type TestApp } from '../support/app.ts'
import { type History, histories, writeHistory } from '../support/histories.ts'
import { type Feed, openMirror, walkFeed } from '../support/mirror.ts'
import { copyReleases } from '../support/releases.ts'

interface Release {
  readonly version: string
  readonly content_sha256: string
}

const seen = new Set<string>()

async function openHistory(t: Test, history: History): Promise<TestApp> {
  const root = copyReleases(t)
  writeHistory(root, history)
  return openApp(t, 'fixture', undefined, root)
}

/** Follows the feed in answers of a length and checks the copy at the end of every release. */
async function replay(t: Test, api: TestApp, limit: number): Promise<void> {
  const releases = (await api.read<List<Release>>('/v1/releases')).data
  const wanted = new Map(releases.map(({ version, content_sha256 }) => [version, content_sha256]))
  const mirror = openMirror()
  const reached = new Map<string, string>()
  let at: string | null = null
  let last = 0
  const pages = await walkFeed(api, `/v1/changes?limit=${limit}`)
  for (const event of pages.flatMap(({ data }: Feed) => data)) {
    if (event.release !== at && at !== null) reached.set(at, mirror.hash())
    at = event.release
    t.equal(event.seq, last + 1)
    last = event.seq
    seen.add(`${event.type} ${event.entity}`)
    mirror.apply(event)
  }
  if (at !== null) reached.set(at, mirror.hash())
  t.same(Object.fromEntries(reached), Object.fromEntries(wanted))
  t.same(
    [...reached.keys()],
    releases.map(({ version }) => version).toReversed(),
    'in the order of publication',
  )
}

t.test('replaying the feed from nothing gives every release', async (t) => {
  const limit = fc.oneof(fc.integer({ min: 3, max: 40 }), fc.constantFrom(100, 500))
  const law = fc.asyncProperty(histories(4), limit, async (history, limit) => {
    let isRight = false
    await t.test(`${history.length} releases by ${limit} events`, async (t) => {
      await replay(t, await openHistory(t, history), limit)
      isRight = t.passing()
    })
    return isRight
  })
  const details = await fc.check(law, { numRuns: 24, endOnFailure: true })
  t.notOk(details.failed, fc.defaultReportMessage(details) ?? `holds in ${details.numRuns} cases`)
})

t.test('a history with everything in it, so that nothing is left to chance', async (t) => {
  const api = await openHistory(t, [
    [
      ...([
        'addIsle',
        'addFinding',
        'addTheme',
        'correctFinding',
        'correctAddress',
        'correctRegion',
      ] as const),
      ...([
        'correctInspection',
        'correctInspectorate',
        'correctProgramme',
        'correctAgency',
        'correctDate',
      ] as const),
      ...(['withdrawFinding', 'withdrawTheme', 'withdrawPublication'] as const),
    ].map((act, pick) => ({ act, pick: pick * 2 })),
    [
      { act: 'withdrawIsle', pick: 0 },
      { act: 'correctAddress', pick: 1 },
    ],
    ...(['restoreIsle', 'restoreFinding', 'restoreTheme', 'restorePublication', 'moveTheme'] as const).map(
      (act) => [
        { act, pick: 0 },
        { act: 'correctAddress' as const, pick: 3 },
      ],
    ),
  ])
  await replay(t, api, 50)
  for (const entity of ['area', 'publication', 'inspection', 'finding', 'theme']) {
    for (const type of ['created', 'corrected', 'withdrawn', 'restored'])
      t.ok(seen.has(`${type} ${entity}`), `${type} ${entity}`)
  }
  for (const entity of ['programme', 'inspectorate', 'agency']) t.ok(seen.has(`corrected ${entity}`), entity)
})
