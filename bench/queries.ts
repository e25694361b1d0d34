// What a question takes that was never asked before, in milliseconds: node bench/queries.ts [findings], 100,000 by
// default. Every answer is checked against a count by SQL.
import { sql } from 'kysely'
import { ask as askServer } from './ask.ts'
import { report, summarise } from './report.ts'
import { withServer } from './server.ts'

const findings = Number(process.argv[2] ?? 100_000)
const rounds = 15

interface Asked {
  readonly time: number
  readonly body: string
}

async function ask(url: string): Promise<Asked> {
  const began = performance.now()
  const { status, body } = await askServer(url)
  const time = performance.now() - began
  if (status !== 200) throw new Error(`${url}: ${status} ${body}`)
  return { time, body: body.toString() }
}

const most = { direction: 'at most', unit: 'ms' } as const

// Every question has dates of its own, so that nothing of its counts can be remembered.
let asked = 0
const freshDates = () => {
  asked += 1
  const day = new Date(Date.UTC(2001, 0, asked)).toISOString().slice(0, 10)
  return `published_from=${day}`
}

await withServer(async ({ url, owner }) => {
  /** What SQL counts under a condition on `f`, the finding. */
  const count = async (condition: ReturnType<typeof sql>, counted = sql`count(*)`): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      SELECT ${counted} AS count FROM finding f WHERE release_id = (SELECT max(id) FROM release) AND ${condition}`.execute(
      owner,
    )
    return rows[0]?.count ?? -1
  }
  const under = (dimension: 'agency' | 'theme', code: string) => {
    const [list, link, id] = [
      sql.table(dimension),
      sql.table(`finding_${dimension}`),
      sql.ref(`${dimension}_id`),
    ]
    return sql`EXISTS (SELECT FROM ${link} l JOIN ${list} c ON c.release_id = l.release_id AND c.id = ${id}
      WHERE l.release_id = f.release_id AND l.finding_id = f.id AND ${code} IN (c.id, c.broader))`
  }
  const everything = sql`true`

  const measure = async (
    name: string,
    bar: number | null,
    path: string,
    expected: number,
    totalOf: (body: unknown) => unknown,
    questions: () => string = freshDates,
  ) => {
    const times: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const { time, body } = await ask(`${url}${path}${path.includes('?') ? '&' : '?'}${questions()}`)
      const total = totalOf(JSON.parse(body))
      if (total !== expected) throw new Error(`${path}: ${total}, by SQL ${expected}`)
      times.push(time)
    }
    report({ name, ...most, ...(bar === null ? {} : { bar }), ...summarise(times) })
  }
  const pageTotal = (body: unknown) => pick(body, 'page', 'total')
  const dataTotal = (body: unknown) => pick(body, 'data', 'total', 'count')

  const list = '/v1/findings'
  const filters = {
    'agency=health&theme=leadership-governance-and-strategy': sql`${under('agency', 'health')} AND ${under('theme', 'leadership-governance-and-strategy')}`,
    'agency=police&kind=strength': sql`${under('agency', 'police')} AND kind = 'strength'`,
    'area=salford&section=key_strengths': sql`area_id = 'salford' AND section = 'key_strengths'`,
  }
  for (let warming = 0; warming < 100; warming += 1) await ask(`${url}${list}?${freshDates()}`)
  await measure('a page', 20, list, await count(everything), pageTotal)
  for (const [query, condition] of Object.entries(filters)) {
    const expected = await count(condition)
    await measure(`a page of ${query}`, 100, `${list}?${query}`, expected, pageTotal)
    await measure(`facets of ${query}`, 300, `${list}/facets?${query}`, expected, dataTotal)
  }
  await measure('facets', 300, `${list}/facets`, await count(everything), dataTotal)

  // A word to leave out that is nowhere makes another search for the same.
  const freshWords = (q: string) => () => {
    asked += 1
    return `q=${encodeURIComponent(`${q} -nowhere${asked}`)}`
  }
  for (const [what, q] of [
    ['a rare word', 'adaptable'],
    ['a common word', 'children'],
    ['two common words', 'risk children'],
    ['no match', 'zyzzyva'],
  ] as const) {
    const expected = await count(sql`f.tsv @@ websearch_to_tsquery('english', ${q})`)
    await measure(`q of ${what}, ${expected} hits`, 100, list, expected, pageTotal, freshWords(q))
    await measure(
      `q by relevance, the same`,
      null,
      `${list}?sort=relevance`,
      expected,
      pageTotal,
      freshWords(q),
    )
    await measure(`facets of it`, 300, `${list}/facets`, expected, dataTotal, freshWords(q))
  }

  for (const [rows, cols] of [
    ['agency', 'theme'],
    ['area', 'theme'],
    ['region', 'kind'],
  ] as const) {
    const linked = [rows, cols].flatMap((dimension) =>
      dimension === 'agency' || dimension === 'theme'
        ? [
            sql`EXISTS (SELECT FROM ${sql.table(`finding_${dimension}`)} l WHERE l.release_id = f.release_id AND l.finding_id = f.id)`,
          ]
        : [],
    )
    const inBoth = sql.join([everything, ...linked], sql` AND `)
    for (const [counted, total] of [
      ['findings', await count(inBoth)],
      ['inspections', await count(inBoth, sql`count(DISTINCT inspection_id)`)],
    ] as const) {
      for (const level of ['broad', 'narrow']) {
        const path = `${list}/crosstab?rows=${rows}&cols=${cols}&level=${level}&measure=${counted}`
        await measure(`crosstab of ${counted}, ${rows} by ${cols}, ${level}`, 300, path, total, dataTotal)
      }
    }
  }
  await walk(url)
}, findings)

/** The first page, one in the midst of a walk and the last, as ratios to the first. */
async function walk(url: string): Promise<void> {
  const [first, last] = [`${url}/v1/findings`, `${url}/v1/findings?sort=published_on`]
  const middle = Math.min(1_000, Math.floor(findings / 500) - 1)
  let at = `${first}?limit=500`
  for (let page = 0; page < middle; page += 1) {
    const next = pick(JSON.parse((await ask(at)).body), 'page', 'next')
    if (typeof next !== 'string') break
    at = next
  }
  const times: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, one] of Object.entries({
      first: `${first}?limit=500`,
      middle: at,
      last: `${last}&limit=500`,
    })) {
      times[name] = [...(times[name] ?? []), (await ask(one)).time]
    }
  }
  const first500 = times.first ?? []
  for (const name of ['middle', 'last']) {
    const { value } = summarise(times[name] ?? [])
    const ratio = value / summarise(first500).value
    report({ name: `the ${name} page to the first`, ...most, unit: 'x', bar: 1.3, value: ratio, rounds })
  }
}

/** A value inside parsed JSON. */
function pick(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (so, key) => (typeof so === 'object' && so !== null ? Reflect.get(so, key) : undefined),
    value,
  )
}
