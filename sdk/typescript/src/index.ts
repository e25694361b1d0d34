// What the package gives: the client, the copy, and the types of the contract.
export { type Client, type ClientOptions, createClient } from './client.ts'
export { createMemoryStore, type MemoryStore } from './memory-store.ts'
export { compareRows } from './order.ts'
export { isProblem, type Problem, type ProblemBody } from './problem.ts'
export type { RetryOptions } from './retry.ts'
export type { components, operations, paths } from './schema.gen.ts'
export {
  type Entity,
  type Row,
  type State,
  type Store,
  type Synced,
  type SyncOptions,
  sync,
  type Write,
} from './sync.ts'
