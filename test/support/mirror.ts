// A copy of the data set that knows only what the API tells: it follows the change feed and computes its own checksum.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { completeFinding } from '../../src/dataset/content.ts'
import { type Entity, entities, fileStems } from '../../src/dataset/records.ts'
import type { Snapshot } from '../../src/dataset/snapshot.ts'
import type { List, TestApp } from './app.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A change event as the API answers it. */
export interface Event {
  readonly seq: number
  readonly type: 'created' | 'corrected' | 'withdrawn' | 'restored'
  readonly entity: Entity
  readonly id: string
  readonly inspection: string | null
  readonly release: string
  readonly released_at: string
  readonly reason: string | null
  readonly replaced_by: string | null
  readonly changed_fields: readonly string[]
  readonly before: Fields | null
  readonly after: Fields | null
  readonly url: string | null
}
export type Feed = List<Event> & { readonly next_since: string | null }

/** All pages from an address on. */
export async function walkFeed(api: TestApp, from: string): Promise<Feed[]> {
  const pages: Feed[] = []
  for (let address: string | null = from; address !== null; ) {
    const page: Feed = await api.read<Feed>(address)
    pages.push(page)
    address = page.page.next
  }
  return pages
}

export const eventsOf = (pages: readonly Feed[]): Event[] => pages.flatMap(({ data }) => data)

/** The records of a release by kind and identifier, findings complete. */
export const recordsOf = (snapshot: Snapshot): Map<string, Fields> =>
  new Map(
    entities.flatMap((entity) =>
      [...snapshot[entity].values()].map((record): [string, Fields] => [
        `${entity} ${record.id}`,
        { ...('evidence' in record ? completeFinding(snapshot, record) : record) },
      ]),
    ),
  )

/** Whether two sets of records are the same, whatever their order. */
export const isSame = (one: ReadonlyMap<string, Fields>, other: ReadonlyMap<string, Fields>): boolean =>
  canonicalize(Object.fromEntries(one)) === canonicalize(Object.fromEntries(other))

export interface Mirror {
  /** Applies an event; throws where the copy holds anything but what the event says was before. */
  apply(event: Event): void
  /** content_sha256 of what it holds, as the codebook tells it. */
  hash(): string
}

export function openMirror(): Mirror {
  const records = new Map<Entity, Map<string, Fields>>(entities.map((entity) => [entity, new Map()]))
  const listOf = (entity: Entity): Map<string, Fields> => records.get(entity) ?? new Map()
  return {
    apply: ({ seq, type, entity, id, before, after }) => {
      const list = listOf(entity)
      if (canonicalize(list.get(id) ?? null) !== canonicalize(before))
        throw new Error(`${seq}: ${id} was something else`)
      if (type !== 'corrected') list.delete(id)
      if (after !== null) list.set(id, after)
      if ((after === null) !== (type === 'withdrawn')) throw new Error(`${seq}: ${type}, after ${after}`)
    },
    hash: () => {
      const content = Object.fromEntries(
        entities.map((entity) => {
          const list = [...listOf(entity).values()]
          return [fileStems[entity], entity === 'finding' ? list.sort(compareFindings) : list]
        }),
      )
      return createHash('sha256')
        .update(canonicalize(content) ?? '')
        .digest('hex')
    },
  }
}

/** `published_on` descending, then `id`: both are ASCII. */
function compareFindings(a: Fields, b: Fields): number {
  const [left, right] = [`${b.published_on}`, `${a.published_on}`]
  if (left !== right) return left < right ? -1 : 1
  return `${a.id}` < `${b.id}` ? -1 : 1
}
