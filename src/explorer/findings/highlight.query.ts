// Where the words of a search stand in a text: found by the same parser that found the text.
import { sql } from 'kysely'
import type { Reader } from '../../db/client.ts'
import { searchText } from '../../lib/search-text.ts'
import { searchQuery } from '../../resources/findings/findings.filter.ts'

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

/** What searchText changes it changes sign by sign, so that a place in its text is a place in the original. */
function cut(text: string, marked: string): Piece[] {
  const signs = [...text.normalize('NFC')]
  const pieces: Piece[] = []
  let at = 0
  for (const [place, part] of marked.split(new RegExp(`[${begin}${end}]`)).entries()) {
    const length = [...part].length
    if (length > 0) pieces.push({ text: signs.slice(at, at + length).join(''), isMatch: place % 2 === 1 })
    at += length
  }
  return pieces
}
