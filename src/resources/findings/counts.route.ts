// /findings/facets and /findings/crosstab, as JSON and as CSV.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Scope } from '../../http/scope.ts'
import { csvAnswer, describeTable, sendTable, tableFormats } from '../../http/tables.ts'
import { countCaveats } from '../../lib/about.ts'
import { answerItem } from '../../lib/answers.ts'
import { mediaTypes } from '../../lib/formats.ts'
import type { ResourceOptions } from '../options.ts'
import {
  CrosstabAnswer,
  CrosstabQuery,
  CrosstabTableQuery,
  FacetsAnswer,
  FacetsQuery,
  FacetsTableQuery,
} from './counts.schema.ts'
import { countCrosstab } from './crosstab.query.ts'
import { countFacets } from './facets.query.ts'
import { checkSelection } from './findings.filter.ts'
import type { FindingFilters } from './findings.schema.ts'

const tags = ['findings']
const facets = {
  operationId: 'countFacets',
  summary: 'Count findings by every dimension',
  description:
    'How many findings each value of each dimension has under all the other filters, with the address that lists them.',
}
const crosstab = {
  operationId: 'countCrosstab',
  summary: 'Count findings by two dimensions',
  description:
    'A table of counts: in how many inspections, or how many findings. Every cell has the address of its findings. Totals are in the JSON: cells overlap and cannot be added up to them.',
}

export const countRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (app, { db }) => {
  const checkFacets = ({ edition }: Scope, query: FindingFilters) => checkSelection(db, edition, query)
  const checkCrosstab = async (scope: Scope, query: FindingFilters & Partial<CrosstabQuery>) => {
    const detail = `${query.cols} is the dimension of the rows already.`
    const mistakes =
      query.rows === query.cols
        ? [{ parameter: 'cols', detail, allowed: ['another dimension than rows'] }]
        : []
    await checkSelection(db, scope.edition, query, mistakes)
  }

  app.get(
    '/findings/facets',
    {
      config: { varies: 'release', formats: tableFormats, check: checkFacets },
      schema: { ...facets, tags, querystring: FacetsQuery, response: { 200: FacetsAnswer } },
    },
    async ({ query, scope }) => {
      await checkFacets(scope, query)
      return answerItem(scope, await countFacets(db, scope.edition, query, scope.base), countCaveats)
    },
  )

  app.get(
    '/findings/facets.csv',
    {
      config: { varies: 'release', mediaType: mediaTypes['.csv'], formats: tableFormats, check: checkFacets },
      schema: {
        ...describeTable(facets),
        tags,
        querystring: FacetsTableQuery,
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { query, scope } = request
      const { bom: _bom, download: _download, ...filters } = query
      await checkFacets(scope, filters)
      const { facets } = await countFacets(db, scope.edition, filters, scope.base)
      const rows = facets.flatMap(({ dimension, values }) =>
        values.map(({ id, label, broader, count, selected, url }) => [
          ...[dimension, id, label, broader, count, selected, url],
        ]),
      )
      const columns = ['dimension', 'id', 'label', 'broader', 'count', 'selected', 'url']
      return sendTable(request, reply, 'facets', columns, rows)
    },
  )

  app.get(
    '/findings/crosstab',
    {
      config: { varies: 'release', formats: tableFormats, check: checkCrosstab },
      schema: { ...crosstab, tags, querystring: CrosstabQuery, response: { 200: CrosstabAnswer } },
    },
    async ({ query, scope }) => {
      await checkCrosstab(scope, query)
      return answerItem(scope, await countCrosstab(db, scope.edition, query, scope.base), countCaveats)
    },
  )

  app.get(
    '/findings/crosstab.csv',
    {
      config: {
        varies: 'release',
        mediaType: mediaTypes['.csv'],
        formats: tableFormats,
        check: checkCrosstab,
      },
      schema: {
        ...describeTable(crosstab),
        tags,
        querystring: CrosstabTableQuery,
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { query, scope } = request
      const { bom: _bom, download: _download, ...asked } = query
      await checkCrosstab(scope, asked)
      const { cells, row_values, col_values } = await countCrosstab(db, scope.edition, asked, scope.base)
      const rowLabels = new Map(row_values.map(({ id, label }) => [id, label]))
      const colLabels = new Map(col_values.map(({ id, label }) => [id, label]))
      const rows = cells.map(({ row, col, count, url }) => [
        row,
        rowLabels.get(row) ?? null,
        col,
        colLabels.get(col) ?? null,
        count,
        url,
      ])
      const columns = ['row', 'row_label', 'col', 'col_label', 'count', 'url']
      return sendTable(request, reply, 'crosstab', columns, rows)
    },
  )
}
