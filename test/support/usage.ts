// What a process of this machine takes, as the kernel counts it.
import { readdirSync, readFileSync } from 'node:fs'

export const usageOf = (pid: number | undefined) => ({
  /** Resident, in MB. */
  memory: (): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
  descriptors: (): number => readdirSync(`/proc/${pid}/fd`).length,
})
