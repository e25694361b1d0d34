// The embedded cluster is started again when it ends by itself, as by an operator or for want of memory.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'

/** Backends of the one that ended may hold its memory for a moment. */
const retryDelay = 500

/** Told of trouble with the embedded database, and what is done about it. */
export type OnTrouble = (error: unknown, message: string) => void

/** Starts it again with all that is in it. Returns how to stop it for good. */
export function keepRunning(
  first: Cluster,
  startAgain: () => Promise<Cluster>,
  onTrouble: OnTrouble,
): () => Promise<void> {
  let cluster = first
  let isStopping = false
  let restart = Promise.resolve()

  const again = async () => {
    onTrouble(null, 'the embedded database has ended: it is started again')
    while (!isStopping) {
      try {
        cluster = await startAgain()
        watch()
        return
      } catch (error) {
        onTrouble(error, 'the embedded database does not start: it is tried again')
        await sleep(retryDelay)
      }
    }
  }
  const watch = () => {
    void cluster.ended.then(() => {
      if (!isStopping) restart = again()
    })
  }
  watch()
  return async () => {
    isStopping = true
    await restart
    await cluster.stop()
  }
}
