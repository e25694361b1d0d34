// Asks the operating system about other processes, and ends one of ours. For the embedded cluster only.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The command line of a live process; null when there is none, so a reused number is told from the old owner. */
export function commandLine(pid: number): string | null {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null
    }
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null // no such process
  }
}

/** Ends a PostgreSQL server: fast shutdown, then immediate, then by force. */
export async function stopPostgres(pid: number, isRunning: () => boolean): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 3_000],
  ] as const) {
    if (!isRunning()) return
    process.kill(pid, signal)
    for (let waited = 0; waited < patience && isRunning(); waited += 20) await sleep(20)
  }
}
