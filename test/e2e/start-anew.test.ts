// npm start on a cluster that cannot be trusted: it is made anew.
import t from 'tap'
import { queryOnce } from '../../src/db/dialect.ts'
import { startCluster } from '../../src/db/embedded/cluster.ts'
import { makeDataDir, nodeServer, start } from '../support/process.ts'

t.test('a cluster that is not what the seeds say is thrown away and made anew', async (t) => {
  const dataDir = makeDataDir(t)
  const first = await start(t, { DATA_DIR: dataDir }, nodeServer)
  await first.ready()
  first.signal('SIGTERM')
  await first.ended

  const cluster = await startCluster({ dataDir })
  await queryOnce(cluster.url('owner'), `UPDATE release SET folder_sha256 = repeat('0', 64)`)
  await queryOnce(cluster.url('owner'), `DELETE FROM evidence WHERE finding_id LIKE 'salford%'`)
  await cluster.stop()

  const second = await start(t, { DATA_DIR: dataDir }, nodeServer)
  await second.ready()
  t.match(second.output(), 'the embedded database is made anew', 'it says so')
  const finding = await (await fetch(`${second.url}/v1/findings/salford-2016-101`)).text()
  t.match(finding, '"page":8', 'and what was lost is there again')
})
