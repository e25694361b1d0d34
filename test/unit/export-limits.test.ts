// What no export may cut off in silence: more findings than a format holds.
import t from 'tap'
import { isProblem } from '../../src/errors.ts'
import { exportFormats, refuseMore } from '../../src/resources/findings/findings.formats.ts'

const asked = (extension: string, walk: string) => ({
  address: `http://api.test/v1/releases/1.0.0/findings${extension}`,
  walk,
})

function refusal(rows: number, most: number, address: ReturnType<typeof asked>) {
  try {
    refuseMore(rows, most, address)
    return null
  } catch (error) {
    return isProblem(error) ? { problem: error.problem, detail: error.message } : error
  }
}

t.test('a sheet holds 1,048,575 findings below its header; nothing else has an end', async (t) => {
  t.same(
    exportFormats.map(({ extension, mostRows }) => [extension, mostRows]),
    [
      ['.csv', undefined],
      ['.ndjson', undefined],
      ['.json', undefined],
      ['.xlsx', 1_048_575],
    ],
  )
})

t.test('as many as fit are let through, one more is refused with the address of the CSV', async (t) => {
  const address = asked('.xlsx', 'agency=police')
  t.equal(refusal(1_048_575, 1_048_575, address), null)
  t.match(refusal(1_048_576, 1_048_575, address), {
    problem: 'too-many-rows',
    detail:
      /1048576 findings .* 1048575\. Take http:\/\/api\.test\/v1\/releases\/1\.0\.0\/findings\.csv\?agency=police$/,
  })
})

t.test('the CSV named in place of an order by relevance is in an order that has no end', async (t) => {
  t.match(refusal(1_001, 1_000, asked('.ndjson', 'q=child&sort=relevance')), {
    detail: /Take http:\/\/api\.test\/v1\/releases\/1\.0\.0\/findings\.csv\?q=child$/,
  })
})
