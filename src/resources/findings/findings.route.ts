// /findings and /findings/{id}.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { PathParameters } from '../../http/caching.ts'
import { linkPages } from '../../http/links.ts'
import { cursorAddress, type Scope } from '../../http/scope.ts'
import { answerItem, answerList } from '../../lib/answers.ts'
import type { Query } from '../../lib/canonical-query.ts'
import type { ResourceOptions } from '../options.ts'
import { includeReferences, pickFields } from './findings.expand.ts'
import { checkSelection } from './findings.filter.ts'
import { findFinding } from './findings.find.ts'
import { listFindings } from './findings.query.ts'
import {
  defaultLimit,
  FindingAnswer,
  FindingQuery,
  FindingsAnswer,
  FindingsQuery,
  formats,
  type Selection,
} from './findings.schema.ts'

const tags = ['findings']

export const findingRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (app, { db }) => {
  const check = ({ edition }: Scope, query: Selection) => checkSelection(db, edition, query)
  app.get(
    '/findings',
    {
      config: { varies: 'release', formats, check },
      schema: {
        operationId: 'listFindings',
        summary: 'List findings',
        description:
          'Findings under any combination of filters: values of one key mean any of them, different keys must all hold. Follow `page.next` to the end for the whole list; a release published in the meantime changes nothing.',
        tags,
        querystring: FindingsQuery,
        response: { 200: FindingsAnswer },
      },
    },
    async ({ query, scope }, reply) => {
      await check(scope, query)
      const { findings, total, nextAfter, prevBefore } = await listFindings(
        db,
        scope.edition,
        query,
        scope.cursor,
        scope.base,
      )
      const page = {
        limit: query.limit ?? defaultLimit,
        total,
        next: cursorAddress(scope, scope.address, 'next', nextAfter),
        prev: cursorAddress(scope, scope.address, 'prev', prevBefore),
      }
      linkPages(reply, page)
      const data = findings.map((finding) => pickFields(finding, query.fields))
      const { meta, ...list } = answerList(scope, data, page)
      return { ...list, ...includeReferences(findings, query.expand, scope.edition), meta }
    },
  )

  app.get(
    '/findings/:id',
    {
      config: {
        varies: 'release',
        check: (scope: Scope, _query: Query, { id = '' }: PathParameters) =>
          findFinding(db, scope, id, scope.base),
      },
      schema: {
        operationId: 'getFinding',
        summary: 'Get a finding',
        description: 'One finding by its identifier. A withdrawn one answers 410 with the reason.',
        tags,
        params: Type.Object({
          id: Type.String({ maxLength: 500, description: 'Identifier of the finding.' }),
        }),
        querystring: FindingQuery,
        response: { 200: FindingAnswer },
      },
    },
    async ({ params: { id }, query, scope }) => {
      const finding = await findFinding(db, scope, id, scope.base)
      const { data, meta } = answerItem(scope, pickFields(finding, query.fields))
      return { data, ...includeReferences([finding], query.expand, scope.edition), meta }
    },
  )
}
