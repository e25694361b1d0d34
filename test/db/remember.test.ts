// The memory for what is computed of an edition: what it keeps, what it forgets, and what it computes only once.
import t from 'tap'
import type { Edition } from '../../src/db/catalogue.ts'
import { openCatalogue } from '../../src/db/catalogue.ts'
import { rememberByEdition } from '../../src/db/remember.ts'
import { createDatabase } from '../support/cluster.ts'

async function openEdition(): Promise<Edition> {
  const { reader } = await createDatabase(t, 'fixture')
  const catalogue = await openCatalogue(reader)
  t.teardown(() => catalogue.stop())
  return catalogue.current()
}

const [edition, other] = [await openEdition(), await openEdition()]

interface Counted {
  readonly text: string
}

const sizeOf = (counted: Counted): number => JSON.stringify(counted).length

/** A computation of so much text that counts how often it is run. */
function counted(length: number) {
  let runs = 0
  const compute = async (): Promise<Counted> => {
    runs += 1
    await new Promise((resolve) => setImmediate(resolve))
    return { text: 'x'.repeat(length) }
  }
  return { compute, runs: () => runs }
}

t.test('what was computed is computed once, also for those who ask meanwhile', async (t) => {
  const remember = rememberByEdition<Counted>({ bytes: 1_000, entryBytes: 1_000, sizeOf })
  const { compute, runs } = counted(10)
  const answers = await Promise.all([remember(edition, 'a', compute), remember(edition, 'a', compute)])
  t.equal(answers[0], answers[1])
  t.equal(await remember(edition, 'a', compute), answers[0])
  t.equal(runs(), 1)
})

t.test('another question or another edition is another answer', async (t) => {
  const remember = rememberByEdition<Counted>({ bytes: 1_000, entryBytes: 1_000, sizeOf })
  const { compute, runs } = counted(1)
  await remember(edition, 'a', compute)
  await remember(edition, 'b', compute)
  t.equal(edition.release.version, other.release.version, 'of the same version, in another database')
  await remember(other, 'a', compute)
  t.equal(runs(), 3)
})

t.test('a failure is told to all who asked, and not remembered', async (t) => {
  const remember = rememberByEdition<Counted>({ bytes: 1_000, entryBytes: 1_000, sizeOf })
  const { compute, runs } = counted(1)
  const fail = async () => {
    throw new Error('no database')
  }
  const answers = await Promise.allSettled([remember(edition, 'a', fail), remember(edition, 'a', fail)])
  t.same(
    answers.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await t.rejects(remember(edition, 'a', fail), { message: 'no database' })
  await remember(edition, 'a', compute)
  t.equal(runs(), 1)
})

t.test('it is bounded, and forgets first what was not asked for longest', async (t) => {
  const remember = rememberByEdition<Counted>({ bytes: 350, entryBytes: 150, sizeOf })
  const first = counted(80)
  const second = counted(80)
  await remember(edition, 'first', first.compute)
  await remember(edition, 'second', second.compute)
  await remember(edition, 'first', first.compute)
  await remember(edition, 'third', counted(80).compute)
  await remember(edition, 'fourth', counted(80).compute)
  await remember(edition, 'first', first.compute)
  t.equal(first.runs(), 1, 'asked for in between')
  await remember(edition, 'second', second.compute)
  t.equal(second.runs(), 2, 'forgotten')
  const large = counted(200)
  t.equal((await remember(edition, 'large', large.compute)).text.length, 200, 'what is too large is answered')
  await remember(edition, 'large', large.compute)
  t.equal(large.runs(), 2, 'and not kept')
})

t.test('who waits is answered, whatever is forgotten meanwhile', async (t) => {
  const remember = rememberByEdition<Counted>({ bytes: 350, entryBytes: 150, sizeOf })
  const { promise, resolve: finish } = Promise.withResolvers<Counted>()
  const waiting = [remember(edition, 'slow', () => promise), remember(edition, 'slow', () => promise)]
  for (let at = 0; at < 20; at += 1) await remember(edition, String(at), counted(80).compute)
  finish({ text: 'slow' })
  t.same(await Promise.all(waiting), [{ text: 'slow' }, { text: 'slow' }])
})
