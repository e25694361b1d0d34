// The pace of an export is that of its reader, however long it takes; a reader that has stopped is cut.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createDatabase } from '../support/cluster.ts'
import { growRelease, listIds } from '../support/large-release.ts'
import { connections, drain, serve } from '../support/serve.ts'
import { parseCsv } from '../support/tables.ts'

t.test('a reader that takes nothing is cut after 30 s, one that reads slowly is not', async (t) => {
  const database = await createDatabase(t, 'fixture')
  await growRelease(database.owner, 20_000)
  const { app, open } = await serve(t, database)
  const [idle, slow] = await Promise.all([open('/v1/findings.csv'), open('/v1/findings.csv')])
  let pause = 2_000
  const chunks: string[] = []
  slow.setEncoding('utf8')
  const reading = (async () => {
    for await (const chunk of slow) {
      chunks.push(chunk)
      await sleep(pause)
    }
  })()
  await sleep(20_000)
  t.equal(await connections(app), 2, 'both are there after 20 s')
  // Node sees 30 s without progress at the second look where a part was taken in the first: it may take 60 s.
  while ((await connections(app)) > 1) await sleep(500) // tap's timeout ends it
  await sleep(1_000)
  t.equal(await connections(app), 1, 'the one that reads is still there')
  t.notOk(slow.complete, 'and has more to come')
  pause = 0
  await reading
  t.ok(slow.complete, 'the slow one gets everything')
  const [, ...rows] = parseCsv(chunks.join(''))
  t.same(
    rows.map(([id]) => id),
    await listIds(database.owner),
  )
  t.notOk((await drain(idle)).complete, 'the other does not')
})
