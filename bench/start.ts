// How long a start takes until the first answer: node bench/start.ts. On a database that is ready, as a ratio to the barest
// server there is; on the embedded one, from its second start on, in seconds.
import { stopCluster } from '../src/db/embedded/cluster.ts'
import { askJson } from './ask.ts'
import { report, summarise } from './report.ts'
import { makeDataDir, removeDataDir, withDatabase, withProcess } from './server.ts'

const rounds = 7

/** Seconds from the start of a process until it has said that it listens and answered. */
async function timeStart(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now()
  let seconds = 0
  await withProcess(file, env, async ({ url }) => {
    await askJson(`${url}/v1`)
    seconds = (performance.now() - began) / 1_000
  })
  return seconds
}

await withDatabase(async (DATABASE_URL) => {
  const servers = { ours: 'src/server.ts', bare: 'bench/peers/bare-start.ts' }
  const taken: { ours: number; bare: number }[] = []
  for (let round = -1; round < rounds; round += 1) {
    const ours = await timeStart(servers.ours, { DATABASE_URL, LOG_LEVEL: 'warn' })
    const bare = await timeStart(servers.bare, { DATABASE_URL, LOG_LEVEL: 'warn' })
    if (round >= 0) taken.push({ ours, bare }) // the first fills the caches of the disk
  }
  report({
    name: 'start on a ready database, to the barest server',
    unit: 'x',
    bar: 2,
    direction: 'at most',
    ...summarise(taken.map(({ ours, bare }) => ours / bare)),
  })
  report({ name: 'start on a ready database', unit: 's', ...summarise(taken.map(({ ours }) => ours)) })
})

const dataDir = makeDataDir()
try {
  const first = await timeStart('src/server.ts', { DATA_DIR: dataDir, LOG_LEVEL: 'warn' })
  report({ name: 'first start of all, embedded database made', unit: 's', value: first })
  const next = []
  for (let round = 0; round < rounds; round += 1)
    next.push(await timeStart('src/server.ts', { DATA_DIR: dataDir, LOG_LEVEL: 'warn' }))
  report({
    name: 'second start, embedded database',
    unit: 's',
    bar: 3,
    direction: 'at most',
    ...summarise(next),
  })
} finally {
  await stopCluster(dataDir)
  removeDataDir(dataDir)
}
