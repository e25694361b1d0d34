// The lock of a data folder: a second server is told where the first one serves, a dead one is no obstacle.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { takeLock } from '../../src/db/embedded/lock.ts'
import { makeFolder } from '../support/folders.ts'

const lockOf = (dataDir: string) => join(dataDir, 'server.lock')
const holder = (pid: number | undefined) => JSON.stringify({ pid, url: 'http://127.0.0.1:3999' })

/** A live process that looks like a server of ours by its command line, or like something else. */
async function spawnLike(t: Test, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)', name], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}

t.test('is taken in a folder that need not exist, says who holds it, and is given back', async (t) => {
  const dataDir = join(makeFolder(t), 'new')
  const release = takeLock(dataDir, 'http://127.0.0.1:3000')
  t.same(JSON.parse(readFileSync(lockOf(dataDir), 'utf8')), {
    pid: process.pid,
    url: 'http://127.0.0.1:3000',
  })
  release()
  t.notOk(existsSync(lockOf(dataDir)))
})

t.test('beside a live server is refused, saying where that one serves', async (t) => {
  const dataDir = makeFolder(t)
  const server = await spawnLike(t, 'src/server.ts')
  writeFileSync(lockOf(dataDir), holder(server.pid))
  t.throws(() => takeLock(dataDir, 'http://127.0.0.1:3000'), {
    usage: true,
    message: `A server already runs on this data folder (process ${server.pid}) and serves on http://127.0.0.1:3999.`,
  })
  t.equal(readFileSync(lockOf(dataDir), 'utf8'), holder(server.pid), 'its lock stays')
})

t.test('of a server that died is taken over', async (t) => {
  const dataDir = makeFolder(t)
  const server = await spawnLike(t, 'src/server.ts')
  writeFileSync(lockOf(dataDir), holder(server.pid))
  server.kill('SIGKILL')
  await once(server, 'exit')
  const release = takeLock(dataDir, 'http://127.0.0.1:3000')
  t.match(JSON.parse(readFileSync(lockOf(dataDir), 'utf8')), { pid: process.pid })
  release()
})

t.test('whose number now belongs to something else is taken over', async (t) => {
  const dataDir = makeFolder(t)
  const stranger = await spawnLike(t, 'editor.ts')
  writeFileSync(lockOf(dataDir), holder(stranger.pid))
  takeLock(dataDir, 'http://127.0.0.1:3000')
  t.match(JSON.parse(readFileSync(lockOf(dataDir), 'utf8')), { pid: process.pid })
  t.equal(stranger.exitCode ?? stranger.signalCode, null, 'the stranger is left alone')
})

for (const [name, content] of [
  ['that is empty', ''],
  ['that was cut short', '{"pid":'],
  ['that names no process', 'null'],
] as const) {
  t.test(`${name} is taken over`, async (t) => {
    const dataDir = makeFolder(t)
    writeFileSync(lockOf(dataDir), content)
    takeLock(dataDir, 'http://127.0.0.1:3000')
    t.match(JSON.parse(readFileSync(lockOf(dataDir), 'utf8')), { pid: process.pid })
  })
}

t.test('is taken by one of several servers that start at once beside a dead lock', async (t) => {
  const dataDir = makeFolder(t)
  writeFileSync(lockOf(dataDir), holder(undefined))
  const lock = JSON.stringify(new URL('../../src/db/embedded/lock.ts', import.meta.url).href)
  const code = `
    import { takeLock } from ${lock}
    process.stdin.once('data', () => {
      try { takeLock(${JSON.stringify(dataDir)}, 'http://127.0.0.1:3000'); process.stdout.write('taken') }
      catch { process.stdout.write('refused') }
    })
    process.stdout.write('ready')`
  const starts = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code, 'src/server.ts'])
    t.teardown(() => child.kill('SIGKILL'))
    return child
  })
  const listen = () => Promise.all(starts.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])))
  await listen()
  const answers = listen()
  for (const { stdin } of starts) stdin.write('go')
  t.same((await answers).toSorted(), ['refused', 'refused', 'refused', 'refused', 'refused', 'taken'])
})
