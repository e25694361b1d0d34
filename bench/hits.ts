// An answer asked again, held against the most Fastify can do with it: node bench/hits.ts. Prints ratios to a bare route with
// the same header fields and the same ready bytes, and to one with no header fields but those of the body.
import { deepStrictEqual } from 'node:assert/strict'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openOwner } from '../src/db/client.ts'
import { type Answer, ask } from './ask.ts'
import { type Form, forms, headersOf } from './forms.ts'
import { type Load, loadOne } from './load.ts'
import { checkPage } from './reading.ts'
import { report, summarise } from './report.ts'
import { type Running, withDatabase, withProcess, withShipped } from './server.ts'

const asked = '/v1/findings?limit=25'
const rounds = 7
const seconds = 2

interface Peers {
  readonly ours: Running
  readonly ceiling: Running
  readonly headerless: Running
}

const pathOf = (ours: boolean, form: Form) => (ours ? asked : `/${form}${asked}`)

const decoded = (form: Form, { body }: Answer): Buffer =>
  form === 'gzip' ? gunzipSync(body) : form === 'br' ? brotliDecompressSync(body) : body

/** Every server gives the same bytes in every form, and the compressed ones hold the plain ones. */
async function checkBytes({ ours, ceiling, headerless }: Peers, plain: Answer): Promise<void> {
  for (const form of forms) {
    const headers = await headersOf(form, ours.url + asked)
    const answer = await ask(ours.url + asked, headers)
    deepStrictEqual(decoded(form, answer), form === '304' ? Buffer.alloc(0) : plain.body, form)
    for (const peer of [ceiling, headerless]) {
      const same = await ask(peer.url + pathOf(false, form), headers)
      deepStrictEqual([same.status, same.body], [answer.status, answer.body], form)
    }
  }
}

async function measure(form: Form, peers: Peers, plain: Answer): Promise<void> {
  const text = plain.body.toString()
  const isComparable = form === 'plain' && /^\p{ASCII}*$/u.test(text)
  const headers = await headersOf(form, peers.ours.url + asked)
  const load = (peer: Running, duration: number) =>
    loadOne(
      peer,
      {
        path: pathOf(peer === peers.ours, form),
        headers,
        status: form === '304' ? 304 : 200,
        ...(isComparable ? { body: text } : {}),
      },
      duration,
    )
  const { ours, ceiling, headerless } = peers
  for (const peer of [ours, ceiling, headerless]) await load(peer, 1)
  const taken: { ours: Load; ceiling: Load; headerless: Load }[] = []
  for (let round = 0; round < rounds; round += 1) {
    taken.push({
      ours: await load(ours, seconds),
      ceiling: await load(ceiling, seconds),
      headerless: await load(headerless, seconds),
    })
    await checkBytes(peers, plain)
  }
  const ratio = (to: 'ceiling' | 'headerless', of: keyof Load) =>
    summarise(taken.map((round) => round.ours[of] / round[to][of]))
  const name = form === '304' ? '304' : `hit, ${form}`
  const bar = { bar: 0.8, direction: 'at least', unit: 'x' } as const
  report({ name: `${name}: answers a second, to a bare route`, ...bar, ...ratio('ceiling', 'rate') })
  report({ name: `${name}: the same by processor time`, ...bar, ...ratio('ceiling', 'perProcessor') })
  report({
    name: `${name}: to one without fields, by processor time`,
    unit: 'x',
    ...ratio('headerless', 'perProcessor'),
  })
  report({ name: `${name}: answers a second`, unit: '/s', ...summarise(taken.map(({ ours }) => ours.rate)) })
}

await withDatabase(async (databaseUrl) => {
  await withShipped(databaseUrl, async (ours) => {
    const db = openOwner(databaseUrl)
    await checkPage(db, ours.url + asked, {}, `${ours.url}/v1`)
    await db.destroy()
    for (const form of forms) await ask(ours.url + asked, await headersOf(form, ours.url + asked))
    const plain = await ask(ours.url + asked)
    const env = { UPSTREAM: ours.url, ASKED: asked }
    await withProcess('bench/peers/ceiling.ts', env, (ceiling) =>
      withProcess('bench/peers/ceiling.ts', { ...env, HEADERLESS: '1' }, async (headerless) => {
        const peers = { ours, ceiling, headerless }
        await checkBytes(peers, plain)
        for (const form of forms) await measure(form, peers, plain)
      }),
    )
  })
})
