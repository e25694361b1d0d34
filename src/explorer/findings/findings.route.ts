// /findings: asks what the API asks, under the same checks, and answers a mistake with the form.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyRequest } from 'fastify'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import type { ParameterError } from '../../errors.ts'
import { toProblem } from '../../http/problems.ts'
import { cursorAddress, withoutCursor } from '../../http/scope.ts'
import { describeAnswer } from '../../lib/answers.ts'
import { withQuery } from '../../lib/canonical-query.ts'
import { valuesOf } from '../../resources/findings/dimensions.ts'
import { countFacets } from '../../resources/findings/facets.query.ts'
import { checkSelection } from '../../resources/findings/findings.filter.ts'
import { listFindings } from '../../resources/findings/findings.query.ts'
import { countedBy } from '../../resources/findings/findings.schema.ts'
import { sendPage } from '../frame/page.ts'
import { drawFiles, drawTakeAway } from '../frame/parts.ts'
import type { ExplorerOptions } from '../options.ts'
import { tidyQuery } from '../tidy-query.ts'
import type { FormState } from './findings.form.ts'
import { findingsPage, mistakesPage } from './findings.page.ts'
import { defaultLength, FindingsPageQuery } from './findings.schema.ts'
import { highlight } from './highlight.query.ts'
import { findMistakes, queryOf } from './mistakes.ts'
import { findWider } from './wider.query.ts'

export const findingsRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (
  app,
  { db, catalogue, site },
) => {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const { errors } = toProblem(error, request)
    if (errors.length === 0) throw error // not the question's fault: the page for problems
    const edition = catalogue.current()
    const mistakes = await findMistakes(request, db, edition, errors)
    reply
      .code(400)
      .headers(request.allowance?.headers() ?? {})
      .header('Cache-Control', 'no-store')
    return sendPage(reply, mistakesPage(formAfter(request, edition, mistakes)), site)
  })

  app.get(
    '/findings',
    {
      config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' },
      schema: { hide: true, querystring: FindingsPageQuery },
      onRequest: tidyQuery(FindingsPageQuery),
    },
    async ({ query, scope }, reply) => {
      const { edition, cursor } = scope
      await checkSelection(db, edition, query)
      const { limit = defaultLength, cursor: _cursor, sort: _sort, ...filters } = query
      const [found, facets] = await Promise.all([
        listFindings(db, edition, { ...query, limit }, cursor, '/v1'),
        countFacets(db, edition, filters, ''),
      ])
      const { permalink, citation, caveats } = describeAnswer({ ...scope, query: scope.walk })
      const api = withQuery('/v1/findings', scope.walk)
      const file = (extension: string) =>
        withQuery(`/v1/findings${extension}`, [scope.walk, 'download=true'].filter(Boolean).join('&'))
      const files = [
        ['CSV', file('.csv')],
        ['Excel', file('.xlsx')],
        ['JSON', file('.json')],
      ] as const
      const page = findingsPage({
        edition,
        query,
        form: { query, facets: facets.facets, isCounted: true, mistakes: [] },
        found,
        facets,
        next: cursorAddress(scope, '/findings', 'next', found.nextAfter),
        prev: cursorAddress(scope, '/findings', 'prev', found.prevBefore),
        address: withQuery('/findings', scope.query),
        start: withQuery('/findings', withoutCursor(scope.query)),
        api,
        caveats,
        files: drawFiles(files),
        takeAway: drawTakeAway({
          publicUrl: site.publicUrl,
          api,
          files,
          citation,
          permalink: permalink.slice(site.publicUrl.length),
        }),
        highlight: await highlighter(db, query.q, [
          ...found.findings.map(({ summary }) => summary),
          ...[...edition.codes.agencies, ...edition.codes.themes].map(({ label }) => label),
        ]),
        wider: found.total > 0 ? [] : await findWider(db, edition, filters, facets),
      })
      return sendPage(reply, page, site)
    },
  )
}

/** The form as it was filled in, with its mistakes; what it would find is not counted. */
function formAfter(
  request: FastifyRequest,
  edition: Edition,
  mistakes: readonly ParameterError[],
): FormState {
  const given = new URLSearchParams(queryOf(request))
  const valuesGiven = (name: string) => given.getAll(name).flatMap((value) => value.split(','))
  return {
    query: Object.fromEntries(given),
    facets: countedBy.map((dimension) => ({
      dimension,
      total: { count: 0, url: '/findings' },
      values: valuesOf(dimension, edition, {}).map((value) => ({
        ...value,
        count: 0,
        selected: value.id !== null && valuesGiven(dimension).includes(value.id),
        url: '/findings',
      })),
    })),
    isCounted: false,
    mistakes,
  }
}

/** Marks the words of a search in the texts of a page; without a search every text is one piece. */
async function highlighter(db: Reader, q: string | undefined, texts: readonly string[]) {
  const whole = (text: string) => [{ text, isMatch: false }]
  if (q === undefined) return whole
  const pieces = await highlight(db, q, texts)
  const byText = new Map(texts.map((text, at) => [text, pieces[at] ?? whole(text)]))
  return (text: string) => byText.get(text) ?? whole(text)
}
