// /citation, and the same as a file for reference managers.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ReadAddress } from '../../http/addresses.ts'
import { fileAnswer } from '../../lib/answers.schema.ts'
import { answerItem, permalinkOf } from '../../lib/answers.ts'
import { describeWork } from '../../lib/citation.ts'
import { type CitationStyle, citationStyles } from '../../lib/citation-styles.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { CitationAnswer, CitationFileQuery, CitationQuery } from './citation.schema.ts'

const tags = ['citation']
const formats = ['', '.txt', '.bib', '.ris'] as const
const description =
  'Cites any data address of this API as the release that answers it now has it. An address that would be refused is refused here, with the reason.'

export const citationRoutes: FastifyPluginAsyncTypebox<{ readAddress: ReadAddress }> = async (
  app,
  { readAddress },
) => {
  app.get(
    '/citation',
    {
      config: { varies: 'release', formats },
      schema: {
        operationId: 'getCitation',
        summary: 'Cite an address',
        description,
        tags,
        querystring: CitationQuery,
        response: { 200: CitationAnswer },
      },
    },
    async (request) => {
      const { url, style = 'text' } = request.query
      const scope = await readAddress(request, url)
      const cited = { release: scope.release, permalink: permalinkOf(scope) }
      const { mediaType, format } = citationStyles[style]
      return answerItem(request.scope, {
        url: cited.permalink,
        style,
        media_type: mediaType,
        citation: (await format(cited)).trimEnd(),
        csl_json: describeWork(cited),
      })
    },
  )

  const serveFile = (extension: '.txt' | '.bib' | '.ris', style: CitationStyle, name: string) =>
    app.get(
      `/citation${extension}`,
      {
        config: { varies: 'release', mediaType: mediaTypes[extension], formats },
        schema: {
          operationId: `getCitation${name}`,
          summary: `Cite an address, as a ${name} file`,
          description,
          tags,
          querystring: CitationFileQuery,
          response: { 200: fileAnswer(mediaTypes[extension], `The citation as ${name}.`) },
        },
      },
      async (request, reply) => {
        const scope = await readAddress(request, request.query.url)
        reply
          .type(`${mediaTypes[extension]}; charset=utf-8`)
          .header('Content-Disposition', `inline; filename="jtai-citation${extension}"`)
        return citationStyles[style].format({ release: scope.release, permalink: permalinkOf(scope) })
      },
    )
  serveFile('.txt', 'text', 'Text')
  serveFile('.bib', 'bibtex', 'Bibtex')
  serveFile('.ris', 'ris', 'Ris')
}
