// The routes every small list has: the whole list, the same as CSV, and one record of it. Used by the resources beside it.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { type TObject, type TProperties, Type } from 'typebox'
import type { Entity } from '../dataset/records.ts'
import type { Reader } from '../db/client.ts'
import { findWithdrawal } from '../db/withdrawals.ts'
import { problem } from '../errors.ts'
import type { PathParameters } from '../http/caching.ts'
import type { Scope } from '../http/scope.ts'
import { csvAnswer, type Described, describeTable, sendTable, tableFormats } from '../http/tables.ts'
import { type Component, itemOf, listOf, tableParameters } from '../lib/answers.schema.ts'
import { answerItem, answerWhole } from '../lib/answers.ts'
import type { Query } from '../lib/canonical-query.ts'
import { mediaTypes } from '../lib/formats.ts'
import { type RecordSchema, recordTable } from '../lib/record-table.ts'
import { noParameters } from '../lib/schema.ts'
import { suggest } from '../lib/suggest.ts'

interface RecordResource<T extends { readonly id: string }> {
  /** Plural path and entity name, for example `areas` and `area`. */
  readonly path: string
  readonly entity: Entity
  readonly schema: Component<RecordSchema>
  readonly list: Described & { readonly query?: TObject<TProperties> }
  readonly item: Described
  /** Throws the 400 for parameters that do not go together. */
  readonly check?: (query: Query) => void
  readonly load: (db: Reader, scope: Scope) => Promise<T[]>
  /** Filters and orders the list; the whole list where a resource has no parameters. */
  readonly select?: (records: T[], query: Query) => T[]
}

export const recordRoutes =
  <T extends { readonly id: string }>(
    resource: RecordResource<T>,
  ): FastifyPluginAsyncTypebox<{ db: Reader }> =>
  async (app, { db }) => {
    const tags = [resource.path]
    const { query: querystring = noParameters, ...list } = resource.list
    const check = async (_scope: Scope, query: Query) => resource.check?.(query)
    const load = async ({ scope, asked }: FastifyRequest) => {
      await check(scope, asked)
      const records = await resource.load(db, scope)
      return resource.select?.(records, asked) ?? records
    }
    app.get(
      `/${resource.path}`,
      {
        config: { varies: 'release', formats: tableFormats, check },
        schema: { ...list, tags, querystring, response: { 200: listOf(resource.schema) } },
      },
      async (request) => answerWhole(request.scope, await load(request)),
    )

    app.get(
      `/${resource.path}.csv`,
      {
        config: { varies: 'release', mediaType: mediaTypes['.csv'], formats: tableFormats, check },
        schema: {
          ...describeTable(list),
          tags,
          querystring: Type.Object(
            { ...querystring.properties, ...tableParameters },
            { additionalProperties: false },
          ),
          response: { 200: csvAnswer },
        },
      },
      async (request, reply) => {
        const { columns, rowOf } = recordTable(resource.schema)
        return sendTable(request, reply, resource.path, columns, (await load(request)).map(rowOf))
      },
    )

    const find = async (scope: Scope, id: string): Promise<T> => {
      return await findRecord(db, scope, resource.entity, await resource.load(db, scope), id)
    }
    const params = Type.Object({
      id: Type.String({ maxLength: 500, description: `Identifier of the ${resource.entity}.` }),
    })
    app.get(
      `/${resource.path}/:id`,
      {
        config: {
          varies: 'release',
          check: (scope: Scope, _query: Query, { id = '' }: PathParameters) => find(scope, id),
        },
        schema: { ...resource.item, tags, params, response: { 200: itemOf(resource.schema) } },
      },
      async ({ scope, params: { id } }) => answerItem(scope, await find(scope, id)),
    )
  }

/** The record with an identifier; throws the problem that says why there is none. */
export async function findRecord<T extends { readonly id: string }>(
  db: Reader,
  scope: Scope,
  entity: Entity,
  records: readonly T[],
  id: string,
): Promise<T> {
  const found = records.find((record) => record.id === id)
  if (found !== undefined) return found
  throw await missing(
    db,
    scope,
    entity,
    id,
    records.map((record) => record.id),
  )
}

/** The problem for an identifier that is not there: 410 where the record was withdrawn, else 404. */
export async function missing(
  db: Reader,
  scope: Scope,
  entity: Entity,
  id: string,
  known: readonly string[],
) {
  const { id: releaseId, version } = scope.edition.release
  if (id === '')
    return problem(
      'not-found',
      `There is nothing here. Try it without the slash at the end: ${scope.address.slice(0, -1)}`,
    )
  const shown = id.slice(0, 100).replaceAll(/\p{Cc}/gu, '\u{fffd}')
  const withdrawal = /^[a-z0-9-]{1,100}$/.test(id) ? await findWithdrawal(db, releaseId, entity, id) : null
  if (withdrawal !== null) {
    const { replaced_by, last_in } = withdrawal
    const instead = replaced_by === null ? '' : ` Use ${replaced_by} instead.`
    const path = scope.address.slice(scope.base.length)
    const before = last_in === null ? '' : ` Release ${last_in} has it: /v1/releases/${last_in}${path}`
    return problem(
      'gone',
      `${shown} was withdrawn in release ${withdrawal.version}: ${withdrawal.reason}${instead}${before}`,
      {
        errors: [{ parameter: 'id', detail: `This ${entity} was withdrawn.`, did_you_mean: replaced_by }],
      },
    )
  }
  const near = suggest(id, known)
  const hint = near === null ? '' : ` Did you mean ${near}?`
  return problem('not-found', `There is no ${entity} ${shown} in release ${version}.${hint}`, {
    errors: [
      {
        parameter: 'id',
        detail: `There is no such ${entity}.`,
        allowed: known.length > 100 || known.length === 0 ? [`an identifier of this release`] : known,
        did_you_mean: near,
      },
    ],
  })
}
