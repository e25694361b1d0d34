// The history of the releases a database holds: its change feed, replayed. Saves reading their folders again.
import type { Owner } from '../db/client.ts'
import { usageError } from '../errors.ts'
import { keysOf } from '../lib/schema.ts'
import { contentSha256 } from './content.ts'
import { checkRecord } from './read.ts'
import { type AnyRecord, type Entity, EvidenceRecord, entities, recordSchemas } from './records.ts'
import { emptyHistory, type History, keyOf, recordsOf, type Withdrawn } from './snapshot.ts'

const eventsPerQuery = 1_000

/**
 * What is known after a release. Of where a record was written it tells the release alone: only the folders
 * know the file. Throws a usage error where the feed holds anything but records, or not those of the release.
 */
export async function readHistory(db: Owner, releaseId: number): Promise<History> {
  const { snapshot } = emptyHistory()
  const withdrawn = new Map<string, Withdrawn>()
  const written = new Map<string, string>()
  for await (const { type, entity: named, entity_id: id, version, record: told } of readFeed(db, releaseId)) {
    const entity = entities.find((one) => one === named)
    const record = entity && toRecord(entity, told)
    if (!entity || !record) throw usageError(`The change feed tells no record of ${named} ${id}.`)
    const key = keyOf(entity, id)
    written.set(key, version)
    if (type === 'withdrawn') {
      recordsOf(snapshot, entity).delete(id)
      withdrawn.set(key, { release: version, record })
    } else {
      recordsOf(snapshot, entity).set(id, record)
      withdrawn.delete(key)
    }
  }
  const { version, content_sha256 } = await db
    .selectFrom('release')
    .select(['version', 'content_sha256'])
    .where('id', '=', releaseId)
    .executeTakeFirstOrThrow()
  if (contentSha256(snapshot) !== content_sha256)
    throw usageError(`The change feed does not lead to the content of ${version}.`)
  return { snapshot, withdrawn, written }
}

/** Every event up to a release in its order, with the record as it is after it, or was before it was withdrawn. */
async function* readFeed(db: Owner, releaseId: number) {
  for (let last = 0; ; ) {
    const events = await db
      .selectFrom('change')
      .innerJoin('release', 'release.id', 'change.release_id')
      .select(['seq', 'type', 'entity', 'entity_id', 'version'])
      .select(({ fn }) => fn.coalesce('after', 'before').as('record'))
      .where('seq', '>', last)
      .where('release_id', '<=', releaseId)
      .orderBy('seq')
      .limit(eventsPerQuery)
      .execute()
    yield* events
    last = events.at(-1)?.seq ?? last
    if (events.length < eventsPerQuery) return
  }
}

/** The record as it is written in a folder, its fields in their order: without what it takes from others. */
function toRecord(entity: Entity, told: unknown): AnyRecord | null {
  const record = pick(told, keysOf(recordSchemas[entity].properties))
  if (Array.isArray(record.evidence)) {
    record.evidence = record.evidence.map((one: unknown) => pick(one, keysOf(EvidenceRecord.properties)))
  }
  const candidate: unknown = record
  return checkRecord(entity)(candidate, () => undefined) ? candidate : null
}

const pick = (value: unknown, fields: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field, Reflect.get(Object(value), field)]))
