// npm start that is stopped before it was ready.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { makeDataDir, nodeServer, postgresOf, start } from '../support/process.ts'

t.test('Ctrl-C in the middle of the first start leaves nothing behind', async (t) => {
  for (const patience of [700, 1_500, 2_500]) {
    const dataDir = makeDataDir(t)
    const server = await start(t, { DATA_DIR: dataDir }, nodeServer)
    await sleep(patience)
    server.signal('SIGINT')
    const end = await server.ended
    if (end !== 'SIGINT') t.equal(end, 0) // the signal itself ends it before it listens for signals
    t.notMatch(server.output().replaceAll(/^\{"level":30.*\n/gm, ''), /[^\n]/, 'it complains of nothing')
    t.same(postgresOf(dataDir), [], `no PostgreSQL after ${patience} ms`)
    t.notOk(existsSync(join(dataDir, 'server.lock')), 'and no lock')
  }
})
