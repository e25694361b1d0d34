// How many statements each kind of request costs: a page is one, whatever it holds, and counts are in memory.
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { serve } from '../support/serve.ts'

const database = await createDatabase(t, 'fixture')
const { app, queries } = await serve(t, database)

/** The statements of a request that is answered. */
async function countStatements(path: string): Promise<number> {
  const before = queries()
  const { statusCode, body } = await app.inject(`/v1${path}`)
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body}`)
  return queries() - before
}

t.test('a page is one statement, however many findings and whatever is asked beside them', async (t) => {
  for (const query of [
    ...['limit=1', 'limit=500', 'sort=id', 'sort=-id', 'sort=published_on', 'fields=id,summary'],
    ...[
      'expand=area,inspection,agencies,themes,publications',
      'agency=health',
      'agency=health&theme=planning',
    ],
    ...['area=northmoor&kind=strength', 'published_from=2016-01-01&region=coast'],
  ]) {
    const path = `/findings?${query}`
    t.ok((await countStatements(path)) <= 1, path)
  }
  t.equal(await countStatements('/findings'), 1)
  const { next } = (await app.inject('/v1/findings?limit=1')).json().page
  t.equal(await countStatements(next.slice(next.indexOf('/findings'))), 1, 'a later page')
})

t.test('a search costs its hits and the page; the next question for it only the page', async (t) => {
  t.equal(await countStatements('/findings?q=children'), 2)
  t.ok((await countStatements('/findings?q=children&kind=strength')) <= 1)
  t.ok((await countStatements('/findings/facets?q=children')) <= 0)
})

t.test('counts are no statement', async (t) => {
  for (const path of [
    '',
    ...['/areas', '/agencies', '/themes', '/inspections', '/publications', '/areas/northmoor'],
    ...['/findings/facets', '/findings/facets?agency=health&kind=strength&region=coast'],
    ...[
      '/findings/crosstab?rows=agency&cols=theme',
      '/findings/crosstab?rows=area&cols=kind&measure=findings',
    ],
  ])
    t.equal(await countStatements(path), 0, path)
})

t.test('one finding is one statement, and the releases are counted once', async (t) => {
  const { data } = (await app.inject('/v1/findings?limit=1')).json()
  t.equal(await countStatements(`/findings/${data[0].id}`), 1)
  t.equal(await countStatements('/releases'), 1)
  t.equal(await countStatements('/releases'), 0)
})
