// One piece is made ahead while another is taken: never more, and nothing is lost on the way.
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { readAhead } from '../../src/lib/read-ahead.ts'

/** Pieces 1 to `count`, and which of them were begun; the last fails where `fails` says so. */
function source(count: number, fails = false) {
  const begun: number[] = []
  let isClosed = false
  const pieces = async function* () {
    try {
      for (let piece = 1; piece <= count; piece += 1) {
        begun.push(piece)
        await turn()
        if (fails && piece === count) throw new Error('no more')
        yield piece
      }
    } finally {
      isClosed = true
    }
  }
  return { begun, isClosed: () => isClosed, pieces: pieces() }
}

t.test('every piece comes once, in order', async (t) => {
  for (const count of [0, 1, 2, 5]) {
    const { pieces, isClosed } = source(count)
    const taken: number[] = []
    for await (const piece of readAhead(pieces)) taken.push(piece)
    t.same(
      taken,
      Array.from({ length: count }, (_, at) => at + 1),
    )
    t.ok(isClosed())
  }
})

t.test('while a piece is taken the next is made and no further', async (t) => {
  const { begun, pieces, isClosed } = source(5)
  const ahead = readAhead(pieces)
  t.same(begun, [], 'nothing before it is asked for')
  t.equal((await ahead.next()).value, 1)
  for (let turns = 0; turns < 20; turns += 1) await turn()
  t.same(begun, [1, 2])
  await ahead.return(undefined)
  for (let turns = 0; turns < 20; turns += 1) await turn()
  t.same(begun, [1, 2], 'nor when nobody takes any more')
  t.ok(isClosed())
})

t.test('a failure ahead is thrown after the pieces before it', async (t) => {
  const { pieces } = source(3, true)
  const taken: number[] = []
  await t.rejects(
    async () => {
      for await (const piece of readAhead(pieces)) {
        for (let turns = 0; turns < 20; turns += 1) await turn()
        taken.push(piece)
      }
    },
    { message: 'no more' },
  )
  t.same(taken, [1, 2])
})

t.test('a failure ahead of somebody who leaves is nobody else’s', async (t) => {
  const { pieces } = source(2, true)
  const ahead = readAhead(pieces)
  await ahead.next()
  for (let turns = 0; turns < 20; turns += 1) await turn()
  t.match(await ahead.return(undefined), { done: true })
})
