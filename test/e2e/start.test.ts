// npm start on embedded PostgreSQL, from the first start to the last: what a newcomer lives through.
import t from 'tap'
import { countFindings, makeDataDir, postgresOf, start } from '../support/process.ts'

t.test('the life of a server', async (t) => {
  const dataDir = makeDataDir(t)

  const first = await start(t, { DATA_DIR: dataDir })
  await first.ready()
  t.match(first.output(), first.url, 'the first start says where it serves')
  t.match(first.output(), `${first.url}/docs`)
  const example = /curl '(.+)'/.exec(first.output())?.[1] ?? ''
  t.equal((await fetch(example)).status, 200, 'its example address works')
  t.equal(await countFindings(first.url), 921, 'the whole data set is there')
  t.equal((await fetch(`${first.opsUrl}/readyz`)).status, 200)
  t.equal((await fetch(`${first.url}/readyz`)).status, 404, 'the ops addresses are not on the public port')
  t.equal(postgresOf(dataDir).length, 1)

  const beside = await start(t, { DATA_DIR: dataDir })
  t.equal(await beside.ended, 1, 'a second start beside it refuses')
  t.match(beside.output(), first.url, 'and says where the first one serves')
  t.equal(beside.output().trim().split('\n').length, 1, 'in one line')
  t.equal(await countFindings(first.url), 921, 'the first one is not disturbed')

  first.signal('SIGKILL')
  await first.ended
  const second = await start(t, { DATA_DIR: dataDir })
  await second.ready()
  t.equal(await countFindings(second.url), 921, 'it starts again after kill -9')
  t.equal(postgresOf(dataDir).length, 1, 'and leaves one PostgreSQL running')

  second.signal('SIGINT')
  await second.ended
  t.same(postgresOf(dataDir), [], 'Ctrl-C ends it and its PostgreSQL')
  t.notMatch(second.output(), /error/i, 'without a word of error')
})
