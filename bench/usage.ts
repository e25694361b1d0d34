// What a process has taken of the machine, as Linux tells it.
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory in MB. */
export function residentOf({ pid }: ChildProcess): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

/** Seconds a processor has worked for it so far, in steps of 0.01. */
export function processorSecondsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
