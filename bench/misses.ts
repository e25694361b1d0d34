// Questions nobody asked before, held against the server one writes first: node bench/misses.ts [findings]. Prints ratios of
// answers a second; the real data where no number of findings is given.
import { deepStrictEqual } from 'node:assert/strict'
import { type Owner, openOwner } from '../src/db/client.ts'
import { ask, askJson } from './ask.ts'
import { type Load, loadMany } from './load.ts'
import { addressOf, questionAt } from './question.ts'
import { checkPage } from './reading.ts'
import { report, summarise } from './report.ts'
import { type Running, withDatabase, withProcess, withShipped } from './server.ts'

const findings = process.argv[2] === undefined ? undefined : Number(process.argv[2])
const rounds = 7
const seconds = 3
const checked = 10

interface Peers {
  readonly ours: Running
  readonly floor: Running
}

/** New questions, the same for both servers, answered as the database has it; gives what our server sent. */
async function checkNew(db: Owner, { ours, floor }: Peers, next: () => ReturnType<typeof questionAt>) {
  const asked: { address: string; body: Buffer }[] = []
  for (let n = 0; n < checked; n += 1) {
    const question = next()
    const address = addressOf(question)
    for (const { url } of [ours, floor]) await checkPage(db, url + address, question, `${ours.url}/v1`)
    asked.push({ address, body: (await ask(ours.url + address)).body })
  }
  return asked
}

async function compare(db: Owner, peers: Peers): Promise<void> {
  const { data } = await askJson<{ data: { id: string }[] }>(`${peers.ours.url}/v1/agencies`)
  const agencies = data.map(({ id }) => id)
  let asked = 0 // the questions before this one have been asked, so they are not asked again
  const next = () => questionAt(asked++, agencies)
  /** Puts the same questions to both, each as many as it answers. */
  const loadBoth = async (duration: number) => {
    const from = asked
    const load = async (server: Running) => {
      let n = from
      const shoot = () => ({ path: addressOf(questionAt(n++, agencies)), status: 200 })
      const taken = await loadMany(server, shoot, { duration })
      asked = Math.max(asked, n)
      return taken
    }
    return { ours: await load(peers.ours), floor: await load(peers.floor) }
  }

  await loadBoth(2)
  const taken: { ours: Load; floor: Load }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await checkNew(db, peers, next)
    taken.push(await loadBoth(seconds))
    for (const { address, body } of before) deepStrictEqual((await ask(peers.ours.url + address)).body, body)
  }
  const name = `miss, ${findings?.toLocaleString('en') ?? 'the real'} findings`
  report({
    name: `${name}: answers a second, to the server one writes first`,
    unit: 'x',
    bar: 2,
    direction: 'at least',
    ...summarise(taken.map(({ ours, floor }) => ours.rate / floor.rate)),
  })
  report({ name: `${name}: answers a second`, unit: '/s', ...summarise(taken.map(({ ours }) => ours.rate)) })
}

await withDatabase(async (databaseUrl) => {
  const db = openOwner(databaseUrl)
  await withShipped(databaseUrl, (ours) =>
    withProcess('bench/peers/floor.ts', { DATABASE_URL: databaseUrl, PUBLIC_URL: ours.url }, (floor) =>
      compare(db, { ours, floor }),
    ),
  )
  await db.destroy()
}, findings)
