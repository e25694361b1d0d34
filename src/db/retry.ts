// Asks again when the database was out of reach: for reads in the middle of something long.
import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseOutage } from './dialect.ts'

const pauses = [200, 500, 1_000]

/** The result of a read, which is repeated after a pause while the database, not the query, is at fault. */
export async function retryOutage<T>(read: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await read()
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error
      await sleep(pause)
    }
  }
  return read()
}
