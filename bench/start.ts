// How long a start takes until the first answer: node bench/start.ts. On a database that is ready, as a ratio to the barest
// server there is; on the embedded one, from its second start on, in seconds.
import { stopCluster } from '../src/db/embedded/cluster.ts'
import { askJson } from './ask.ts'
import { report, summarise } from './report.ts'
import { makeDataDir, removeDataDir, withDatabase, withProcess } from './server.ts'
import { processorSecondsOf } from './usage.ts'

const rounds = 7

interface Start {
  /** Until the process has said that it listens and answered. */
  readonly seconds: number
  /** Of these, how long a processor worked for it: what neighbours take is left out. */
  readonly worked: number
}

async function timeStart(file: string, env: NodeJS.ProcessEnv): Promise<Start> {
  const began = performance.now()
  let [seconds, worked] = [0, 0]
  await withProcess(file, env, async ({ server, url }) => {
    await askJson(`${url}/v1`)
    seconds = (performance.now() - began) / 1_000
    worked = processorSecondsOf(server)
  })
  return { seconds, worked }
}

await withDatabase(async (DATABASE_URL) => {
  const env = { DATABASE_URL, LOG_LEVEL: 'warn' }
  const taken: { ours: Start; bare: Start }[] = []
  for (let round = -1; round < rounds; round += 1) {
    const ours = await timeStart('src/server.ts', env)
    const bare = await timeStart('bench/peers/bare-start.ts', env)
    if (round >= 0) taken.push({ ours, bare }) // the first fills the caches of the disk
  }
  const ratio = (of: keyof Start) => summarise(taken.map(({ ours, bare }) => ours[of] / bare[of]))
  const name = 'start on a ready database'
  const bar = { bar: 2, direction: 'at most', unit: 'x' } as const
  report({ name: `${name}, to the barest server`, ...bar, ...ratio('seconds') })
  report({ name: `${name}: the same by processor time`, unit: 'x', ...ratio('worked') })
  report({ name, unit: 's', ...summarise(taken.map(({ ours }) => ours.seconds)) })
})

const dataDir = makeDataDir()
try {
  const start = () => timeStart('src/server.ts', { DATA_DIR: dataDir, LOG_LEVEL: 'warn' })
  const first = await start()
  report({ name: 'first start of all, embedded database made', unit: 's', value: first.seconds })
  const next: Start[] = []
  for (let round = 0; round < rounds; round += 1) next.push(await start())
  report({
    name: 'second start, embedded database',
    unit: 's',
    bar: 3,
    direction: 'at most',
    ...summarise(next.map(({ seconds }) => seconds)),
  })
} finally {
  await stopCluster(dataDir)
  removeDataDir(dataDir)
}
