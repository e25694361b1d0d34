// /releases/{version}/diff: what differs between two releases, as JSON in pages and as CSV whole.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Release } from '../../db/catalogue.ts'
import { invalidParameters } from '../../errors.ts'
import { exportTimeout } from '../../http/exports.ts'
import { nameFile } from '../../http/file-name.ts'
import { linkPages } from '../../http/links.ts'
import { cursorAddress, type Scope } from '../../http/scope.ts'
import { csvAnswer, csvContentType, describeTable, tableFormats } from '../../http/tables.ts'
import { tableParameters } from '../../lib/answers.schema.ts'
import { answerItem } from '../../lib/answers.ts'
import type { Query } from '../../lib/canonical-query.ts'
import { changedValues } from '../../lib/changed-values.ts'
import { byteOrderMark, type Cell, csvLine } from '../../lib/csv.ts'
import { mediaTypes } from '../../lib/formats.ts'
import { suggest } from '../../lib/suggest.ts'
import type { ResourceOptions } from '../options.ts'
import { countDifferences, type Difference, listDifferences } from './diff.query.ts'
import { previousOf } from './releases.query.ts'
import { DiffAnswer, DiffQuery, defaultDiffLimit, from, versionParameter } from './releases.schema.ts'

const tags = ['releases']
const diff = {
  operationId: 'getReleaseDiff',
  summary: 'Get what differs between two releases',
  description:
    'The records that a release has and an earlier one lacks, those that differ, field by field with the reason, and those that are gone. What was changed and changed back in between does not show; `/v1/changes` tells every step.',
}
const params = Type.Object({ version: versionParameter })

export const diffRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (
  app,
  { db, catalogue, sendExport },
) => {
  const earlier = ({ edition }: Scope, asked: Query): Release | null =>
    asked.from === undefined
      ? previousOf(edition.release, catalogue)
      : findEarlier(String(asked.from), edition.release, catalogue.releases())
  const check = async (scope: Scope, query: Query) => earlier(scope, query)

  app.get(
    '/releases/:version/diff',
    {
      config: { varies: 'release', formats: tableFormats, check },
      schema: { ...diff, tags, params, querystring: DiffQuery, response: { 200: DiffAnswer } },
    },
    async ({ scope, asked, query: { limit = defaultDiffLimit } }, reply) => {
      const { release } = scope.edition
      const before = earlier(scope, asked)
      const span = pageOf(scope, limit)
      const [counts, found] = await Promise.all([
        countDifferences(db, before, release),
        listDifferences(db, before, release, span),
      ])
      const total = counts.added + counts.corrected + counts.withdrawn
      const last = found.at(-1)?.rank ?? span.after
      const page = {
        limit,
        count: found.length,
        total,
        next: cursorAddress(scope, scope.address, 'next', last < total ? last : null),
        prev: cursorAddress(scope, scope.address, 'prev', span.after > 0 ? span.after + 1 : null),
      }
      linkPages(reply, page)
      const data = { from: before?.version ?? null, to: release.version, counts, ...group(found) }
      const { meta } = answerItem(scope, data)
      return { data, page, meta }
    },
  )

  app.get(
    '/releases/:version/diff.csv',
    {
      config: { varies: 'release', mediaType: mediaTypes['.csv'], formats: tableFormats, check },
      handlerTimeout: exportTimeout,
      schema: {
        ...describeTable(diff),
        tags,
        params,
        querystring: Type.Object({ from, ...tableParameters }, { additionalProperties: false }),
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { scope, asked } = request
      const before = earlier(scope, asked)
      nameFile(request, reply, 'diff', '.csv')
      reply.type(csvContentType)
      const read = (after: number) =>
        listDifferences(db, before, scope.edition.release, { after, most: rowsAtOnce })
      return sendExport(request, reply, () => writeCsv(read, asked.bom === true))
    },
  )
}

function findEarlier(version: string, release: Release, releases: readonly Release[]): Release {
  const allowed = releases.filter(({ id }) => id < release.id)
  const found = allowed.find((one) => one.version === version)
  if (found !== undefined) return found
  const versions = allowed.map((one) => one.version)
  throw invalidParameters([
    {
      parameter: 'from',
      detail: `There is no release ${version} before ${release.version}.`,
      allowed: versions.length === 0 ? ['nothing: this is the first release'] : versions.slice(0, 50),
      did_you_mean: suggest(version, versions),
    },
  ])
}

/** Which ranks a page holds: the rank it begins after, and how many at most. */
function pageOf({ cursor }: Scope, limit: number): { after: number; most: number } {
  if (cursor === null) return { after: 0, most: limit }
  if (cursor.direction === 'next') return { after: cursor.position, most: limit }
  const after = Math.max(cursor.position - 1 - limit, 0)
  return { after, most: cursor.position - 1 - after }
}

const group = (found: readonly Difference[]) => ({
  added: found.flatMap(({ kind, entity, id, after }) =>
    kind === 'added' && after !== null ? [{ entity, id, record: after }] : [],
  ),
  corrected: found.flatMap(({ kind, entity, id, reason, before, after }) =>
    kind === 'corrected' ? [{ entity, id, reason, fields: changedValues(before, after) }] : [],
  ),
  withdrawn: found.flatMap(({ kind, entity, id, reason, replaced_by, before }) =>
    kind === 'withdrawn' && before !== null ? [{ entity, id, reason, replaced_by, record: before }] : [],
  ),
})

const rowsAtOnce = 5_000
const columns = ['kind', 'entity', 'id', 'field', 'before', 'after', 'reason', 'replaced_by']

/** A row for each field that differs; one for each record that is new or gone. */
async function* writeCsv(
  read: (after: number) => Promise<Difference[]>,
  bom: boolean,
): AsyncGenerator<string> {
  let head = `${bom ? byteOrderMark : ''}${csvLine(columns)}`
  for (let found = await read(0); found.length > 0; found = await read(found.at(-1)?.rank ?? 0)) {
    yield head + found.flatMap(rowsOf).map(csvLine).join('')
    head = ''
    if (found.length < rowsAtOnce) return
  }
  yield head
}

function rowsOf({ kind, entity, id, reason, replaced_by, before, after }: Difference): Cell[][] {
  if (kind !== 'corrected') return [[kind, entity, id, null, null, null, reason || null, replaced_by]]
  return changedValues(before, after).map((one) => [
    ...[kind, entity, id, one.field, toCell(one.before), toCell(one.after)],
    ...[reason, replaced_by],
  ])
}

// A list is shown as JSON: joined, two that differ could look the same.
const toCell = (value: unknown): Cell =>
  value === null || typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)
