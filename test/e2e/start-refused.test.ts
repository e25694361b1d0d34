// npm start that cannot be: it says why in one line.
import { createServer } from 'node:http'
import t from 'tap'
import { freePort, makeDataDir, start } from '../support/process.ts'

t.test('a busy port is one line that names the setting', async (t) => {
  const port = await freePort()
  const busy = createServer().listen(port, '127.0.0.1')
  t.teardown(() => busy.close())
  const dataDir = makeDataDir(t)
  for (const setting of ['PORT', 'OPS_PORT']) {
    const server = await start(t, { DATA_DIR: dataDir, LOG_LEVEL: 'warn', [setting]: String(port) })
    t.equal(await server.ended, 1)
    t.equal(
      server.output().trim(),
      `Port ${port} is in use: stop what uses it, or set ${setting} to another.`,
    )
  }
})

t.test('a malformed setting is one line that names it', async (t) => {
  const dataDir = makeDataDir(t)
  for (const [name, value] of Object.entries({
    PORT: '1e3',
    LOG_LEVEL: 'loud',
    PUBLIC_URL: 'example.org',
    HOST: '0.0.0.0',
  })) {
    const server = await start(t, { DATA_DIR: dataDir, [name]: value })
    t.equal(await server.ended, 1)
    t.match(server.output(), name)
    t.equal(server.output().trim().split('\n').length, 1)
  }
})
