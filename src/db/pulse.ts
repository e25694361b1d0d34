// Tells a database that is gone from one that is slow: it is asked next to nothing all the time, and whoever waits for it
// when it does not answer waits no longer. Knows no driver.
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds from a beat to the next. A loss is noticed after an interval and two beats: well within two seconds. */
const interval = 200
/** How long a beat may take, as so many pauses of so many milliseconds: a process that is late itself waits longer. */
const beatTime = { pauses: 10, pause: 40 }
/** One beat may fail where a single connection is lost. */
const mostFailures = 2

export interface Pulse {
  /** The result of some work of the database, or the loss of it, whichever comes first; `onLate` takes what comes after. */
  within<T>(work: () => Promise<T>, onLate?: (result: T) => void): Promise<T>
  stop(): Promise<void>
}

/** For work that nobody is kept waiting by. */
export const noPulse: Pulse = { within: (work) => work(), stop: async () => undefined }

// A single timer would ring before an answer that came meanwhile is read.
async function giveTime(): Promise<never> {
  for (let left = beatTime.pauses; left > 0; left -= 1) await sleep(beatTime.pause, undefined, { ref: false })
  throw new Error('no beat')
}

/** Beats until it is stopped. `lost` makes the error that work is given up with. */
export function watchPulse(beat: () => Promise<unknown>, lost: () => Error): Pulse {
  const stopped = new AbortController()
  const waiting = new Set<(error: Error) => void>()
  let failures = 0

  const giveUp = () => {
    const all = [...waiting]
    waiting.clear()
    for (const reject of all) reject(lost())
  }
  const watch = async () => {
    while (!stopped.signal.aborted) {
      try {
        await Promise.race([beat(), giveTime()])
        failures = 0
      } catch {
        failures += 1
        if (failures >= mostFailures) giveUp()
      }
      const pause = failures === 1 ? 0 : interval
      await sleep(pause, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
    }
  }
  const watching = watch()

  return {
    within: (work, onLate) =>
      new Promise((resolve, reject) => {
        if (failures >= mostFailures) {
          reject(lost())
          return
        }
        waiting.add(reject)
        work().then(
          (result) => {
            if (waiting.delete(reject)) resolve(result)
            else onLate?.(result)
          },
          (error: unknown) => {
            waiting.delete(reject)
            reject(error)
          },
        )
      }),
    stop: async () => {
      stopped.abort()
      await watching
    },
  }
}
