// Where the words of a search stand in a text: found by the same parser that found the text.
import { sql } from 'kysely'
import type { Reader } from '../../db/client.ts'
import { searchText } from '../../lib/search-text.ts'
import { searchQuery } from '../../resources/findings/findings.search.query.ts'

/** A piece of a text, and whether the search looked for it. */
export interface Piece {
  readonly text: string
  readonly isMatch: boolean
}

// Neither can stand in a text the search reads: searchText makes plain quotes of both.
const [begin, end] = ['«', '»']
const options = `HighlightAll=true, StartSel=${begin}, StopSel=${end}`

/** Each text in pieces, in the order given. */
export async function highlight(db: Reader, q: string, texts: readonly string[]): Promise<Piece[][]> {
  const read = texts.map((text) => searchText(text))
  const { marked } = await db
    .selectNoFrom(
      sql<string[]>`ARRAY(
        SELECT ts_headline('english', one, ${searchQuery(q)}, ${options})
        FROM unnest(${read}::text[]) WITH ORDINALITY AS given(one, place) ORDER BY place)`.as('marked'),
    )
    .executeTakeFirstOrThrow()
  return texts.map((text, at) => cut(text, marked[at] ?? ''))
}

/**
 * The search reads composed characters and changes the rest sign by sign: so a place in what it read is a place in the
 * original, counted in letters with their accents.
 */
function cut(text: string, marked: string): Piece[] {
  const letters = text.match(/\P{M}?\p{M}*/gu) ?? []
  const pieces: Piece[] = []
  let at = 0
  for (const [place, part] of marked.split(new RegExp(`[${begin}${end}]`)).entries()) {
    const from = at
    for (let left = [...part].length; left > 0; at += 1)
      left -= [...(letters[at] ?? ' ').normalize('NFC')].length
    if (at > from) pieces.push({ text: letters.slice(from, at).join(''), isMatch: place % 2 === 1 })
  }
  return pieces
}
