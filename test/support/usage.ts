// What a process of this machine takes, as the kernel counts it, and the wait until it takes less.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export const usageOf = (pid: number | undefined) => ({
  /** Resident, in MB. */
  memory: (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
  descriptors: (): number => readdirSync(`/proc/${pid}/fd`).length,
})

/** Waits until something holds; false where it does not within the time. */
export async function until(holds: () => boolean, seconds: number): Promise<boolean> {
  for (let waited = 0; waited < seconds * 10 && !holds(); waited += 1) await sleep(100)
  return holds()
}
