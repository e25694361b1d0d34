// A copy in memory: for a page, a worker, a test. What is given to `transaction` shows only when it succeeds.
import { compareRows } from './order.ts'
import type { Entity, Row, State, Store } from './sync.ts'

export interface MemoryStore extends Store {
  /** Where the copy stands; null before the first sync. */
  state(): State | null
  /** The records of a kind, in their order in the release. */
  records(entity: Entity): Row['record'][]
}

export function createMemoryStore(): MemoryStore {
  let kept: { readonly state: State | null; readonly rows: ReadonlyMap<string, Row> } = {
    state: null,
    rows: new Map(),
  }
  const keyOf = (entity: Entity, id: string) => `${entity} ${id}`
  return {
    state: () => kept.state,
    records: (entity) =>
      [...kept.rows.values()]
        .filter((row) => row.entity === entity)
        .sort(compareRows)
        .map(({ record }) => record),
    transaction: async (work) => {
      let state = kept.state
      const rows = new Map(kept.rows)
      const result = await work({
        readState: async () => state,
        writeState: async (next) => {
          state = next
        },
        get: async (entity, id) => rows.get(keyOf(entity, id)) ?? null,
        put: async (row) => {
          rows.set(keyOf(row.entity, row.id), row)
        },
        remove: async (entity, id) => {
          rows.delete(keyOf(entity, id))
        },
        clear: async () => {
          rows.clear()
          state = null
        },
        rows: async (entity) => [...rows.values()].filter((row) => row.entity === entity),
      })
      kept = { state, rows }
      return result
    },
  }
}
