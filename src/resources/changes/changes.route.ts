// /changes as JSON, CSV and Atom.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Edition } from '../../db/catalogue.ts'
import { invalidParameters } from '../../errors.ts'
import { exportTimeout } from '../../http/exports.ts'
import { nameFile } from '../../http/file-name.ts'
import { linkPages } from '../../http/links.ts'
import { cursorAddress, notYetSeen, type Scope } from '../../http/scope.ts'
import { csvAnswer, csvContentType, describeTable } from '../../http/tables.ts'
import { fileAnswer } from '../../lib/answers.schema.ts'
import { answerList } from '../../lib/answers.ts'
import { canonicalQuery, type Query, withQuery } from '../../lib/canonical-query.ts'
import { byteOrderMark, csvLine } from '../../lib/csv.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { mediaTypes } from '../../lib/formats.ts'
import type { ResourceOptions } from '../options.ts'
import { writeFeed } from './changes.feed.ts'
import { checkInspections, countChanges, lastSeq, listChanges, listLatestChanges } from './changes.query.ts'
import {
  type ChangeEvent,
  type ChangeFilters,
  ChangesAnswer,
  ChangesQuery,
  ChangesTableQuery,
  defaultLimit,
  FeedQuery,
} from './changes.schema.ts'

const tags = ['changes']
const formats = ['', '.csv', '.atom'] as const
const feed = {
  operationId: 'listChanges',
  summary: 'Follow what changes',
  description:
    'One event for each record a release created, corrected, withdrew or restored, in the order of publication. Applied from the first one on, the events give every release exactly, to its `content_sha256`: put `after` where there is one, remove the record where there is none; a list has the order in which its records were created or restored, findings that of `published_on` descending, then `id`. Ask with `since`, follow `page.next`, keep `next_since`.',
}

/** What the tokens of `since` are bound to. */
const walk = 'changes'
const tokenFor = (version: string, position: number) =>
  encodeCursor({ version, direction: 'next', position }, walk)

export const changeRoutes: FastifyPluginAsyncTypebox<ResourceOptions> = async (
  app,
  { db, catalogue, publicUrl, sendExport },
) => {
  /** The number of the event a walk goes on after. Throws for a token that is wrong, or of a release not seen yet. */
  const positionOf = async (since: unknown, { release }: Edition): Promise<number> => {
    if (typeof since !== 'string') return 0
    const token = decodeCursor(since, walk)
    if (token === null || token.direction !== 'next') {
      throw invalidParameters([
        {
          parameter: 'since',
          detail: 'It is malformed.',
          allowed: ['next_since of an earlier answer of /v1/changes'],
        },
      ])
    }
    const { release: told } = (await catalogue.find(token.version)) ?? {}
    if (told === undefined || told.id > release.id) throw notYetSeen(token.version)
    return token.position
  }
  const check = async ({ edition }: Scope, query: Query & ChangeFilters) => {
    await checkInspections(db, edition, query.inspection)
    return positionOf(query.since, edition)
  }

  app.get(
    '/changes',
    {
      config: { varies: 'release', formats, check },
      schema: { ...feed, tags, querystring: ChangesQuery, response: { 200: ChangesAnswer } },
    },
    async ({ scope, asked, query }, reply) => {
      const { limit = defaultLimit, since: _since, ...filters } = query
      const after = await check(scope, asked)
      const [found, total, last] = await Promise.all([
        listChanges(db, scope.edition, filters, { after, most: limit }, publicUrl),
        countChanges(db, scope.edition, filters, after),
        lastSeq(db, scope.edition),
      ])
      const end = found.at(-1)
      const hasMore = found.length < total && end !== undefined
      const position = hasMore ? end.seq : last
      const next_since =
        position === 0 ? null : tokenFor(hasMore ? end.release : scope.release.version, position)
      const next =
        hasMore && next_since !== null
          ? withQuery(scope.address, canonicalQuery({ ...asked, since: next_since }, { limit: defaultLimit }))
          : null
      const page = { limit, total, next, prev: null }
      linkPages(reply, page)
      const { meta, ...list } = answerList(scope, found, page)
      return { ...list, next_since, meta }
    },
  )

  app.get(
    '/changes.csv',
    {
      config: { varies: 'release', mediaType: mediaTypes['.csv'], formats, check },
      handlerTimeout: exportTimeout,
      schema: {
        ...describeTable(feed),
        tags,
        querystring: ChangesTableQuery,
        response: { 200: csvAnswer },
      },
    },
    async (request, reply) => {
      const { scope, asked, query } = request
      const { entity, inspection, type } = query
      const filters = {
        ...(entity === undefined ? {} : { entity }),
        ...(inspection === undefined ? {} : { inspection }),
        ...(type === undefined ? {} : { type }),
      }
      const start = await check(scope, asked)
      nameFile(request, reply, 'changes', '.csv')
      reply.type(csvContentType)
      const read = (after: number) =>
        listChanges(db, scope.edition, filters, { after, most: rowsAtOnce }, publicUrl)
      return sendExport(request, reply, () => writeCsv(read, start, query.bom === true))
    },
  )

  app.get(
    '/changes.atom',
    {
      config: { varies: 'release', mediaType: mediaTypes['.atom'], formats, check },
      schema: {
        operationId: 'getChangesFeed',
        summary: 'Follow what changes, with a feed reader',
        description:
          'The events of `/v1/changes` as an Atom feed (RFC 4287), newest first; `next` links (RFC 5005) lead to older ones.',
        tags,
        querystring: FeedQuery,
        response: { 200: fileAnswer(mediaTypes['.atom'], 'The feed.') },
      },
    },
    async ({ scope, asked, query }, reply) => {
      const { limit = defaultLimit, cursor: _cursor, ...filters } = query
      await check(scope, asked)
      const before = scope.cursor?.position ?? 2_147_483_647
      const found = await listLatestChanges(
        db,
        scope.edition,
        filters,
        { before, most: limit + 1 },
        publicUrl,
      )
      const shown = found.slice(0, limit)
      const older = found.length > limit ? (shown.at(-1)?.seq ?? null) : null
      reply.type(`${mediaTypes['.atom']}; charset=utf-8`)
      return writeFeed(shown, {
        self: withQuery(scope.address, scope.query),
        first: withQuery(scope.address, scope.walk),
        next: cursorAddress(scope, scope.address, 'next', older),
        walk: scope.walk,
        stem: scope.address,
        updated: scope.release.released_at,
      })
    },
  )
}

const rowsAtOnce = 500
const columns = [
  ...['seq', 'type', 'entity', 'id', 'inspection', 'release', 'released_at', 'reason', 'replaced_by'],
  ...['changed_fields', 'before', 'after', 'url'],
]

async function* writeCsv(
  read: (after: number) => Promise<ChangeEvent[]>,
  start: number,
  bom: boolean,
): AsyncGenerator<string> {
  let head = `${bom ? byteOrderMark : ''}${csvLine(columns)}`
  for (let found = await read(start); found.length > 0; found = await read(found.at(-1)?.seq ?? 0)) {
    yield head + found.map(toLine).join('')
    head = ''
  }
  yield head
}

const toLine = ({ before, after, ...event }: ChangeEvent): string =>
  csvLine([
    ...[event.seq, event.type, event.entity, event.id, event.inspection, event.release, event.released_at],
    ...[event.reason, event.replaced_by, event.changed_fields],
    before === null ? null : JSON.stringify(before),
    after === null ? null : JSON.stringify(after),
    event.url,
  ])
