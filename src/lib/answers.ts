// The two shapes of every JSON answer: a list or an item, each with meta. Pure.
import { attribution, caveats, licence } from './about.ts'
import { withQuery } from './canonical-query.ts'
import { citeInOneLine } from './citation.ts'

/** What an answer needs to know of the request it answers. */
export interface AnswerContext {
  readonly release: { readonly version: string; readonly released_at: string }
  /** The address asked, without its query. */
  readonly address: string
  /** The same address under the release that answers. */
  readonly pinnedAddress: string
  /** The canonical query. */
  readonly query: string
}

interface Page {
  readonly limit: number | null
  readonly total: number
  readonly next: string | null
  readonly prev: string | null
}

export const answerList = <T>(context: AnswerContext, data: T[], page: Page) => ({
  data,
  page: { limit: page.limit, count: data.length, total: page.total, next: page.next, prev: page.prev },
  meta: describeAnswer(context),
})

/** A list that always comes whole. */
export const answerWhole = <T>(context: AnswerContext, data: T[]) =>
  answerList(context, data, { limit: null, total: data.length, next: null, prev: null })

export const answerItem = <T>(context: AnswerContext, data: T, moreCaveats: readonly string[] = []) => ({
  data,
  meta: describeAnswer(context, moreCaveats),
})

export const permalinkOf = (context: AnswerContext): string => withQuery(context.pinnedAddress, context.query)

/** Where an answer comes from and how to cite it. */
export function describeAnswer(context: AnswerContext, moreCaveats: readonly string[] = []) {
  const permalink = permalinkOf(context)
  return {
    release: context.release.version,
    released_at: context.release.released_at,
    query: context.query,
    permalink,
    citation: citeInOneLine({ release: context.release, permalink }),
    licence: { ...licence },
    attribution,
    caveats: [...caveats, ...moreCaveats],
  }
}
