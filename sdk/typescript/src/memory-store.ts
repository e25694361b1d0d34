// A copy in memory: for a page, a worker, a test.
import { compareRows } from './order.ts'
import type { Entity, Row, State, Store } from './sync.ts'

export interface MemoryStore extends Store {
  /** Where the copy stands; null before the first sync. */
  state(): State | null
  /** The records of a kind, in their order in the release. */
  records(entity: Entity): Row['record'][]
}

export function createMemoryStore(): MemoryStore {
  let state: State | null = null
  let rows: ReadonlyMap<string, Row> = new Map()
  const keyOf = ({ entity, id }: Pick<Row, 'entity' | 'id'>) => `${entity} ${id}`
  return {
    state: () => state,
    records: (entity) =>
      [...rows.values()]
        .filter((row) => row.entity === entity)
        .sort(compareRows)
        .map(({ record }) => record),
    read: async () => ({ state, rows: [...rows.values()] }),
    write: async ({ clear, put, remove, state: next }, from) => {
      if (from !== undefined && from?.since !== state?.since) return false
      const kept = new Map(clear ? [] : rows)
      for (const row of remove) kept.delete(keyOf(row))
      for (const row of put) kept.set(keyOf(row), row)
      rows = kept
      state = next
      return true
    },
  }
}
