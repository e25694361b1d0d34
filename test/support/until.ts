import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds; false where it does not in time. Without a time, tap's own ends a wait in vain. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  seconds = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const end = performance.now() + seconds * 1_000
  while (!(await holds())) {
    if (performance.now() >= end) return false
    await sleep(20)
  }
  return true
}
