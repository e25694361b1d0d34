// npm start, ended by a signal: with 0, and ready to be started again.
import t from 'tap'
import { makeDataDir, nodeServer, start } from '../support/process.ts'

t.test('Ctrl-C and SIGTERM end it with 0', async (t) => {
  const dataDir = makeDataDir(t)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const server = await start(t, { DATA_DIR: dataDir }, nodeServer)
    await server.ready()
    server.signal(signal)
    t.equal(await server.ended, 0, signal)
  }
})
