// Clients that ask without pause, and what each was answered: for faults, where every answer counts.
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './load.ts'

export interface Answered {
  readonly path: string
  /** 0 where there was no answer. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** Milliseconds to the end of the answer. */
  readonly time: number
}

/** Asks once; never throws: a connection that breaks is an answer with status 0. */
export async function askOnce(url: string, path: string, agent?: Agent): Promise<Answered> {
  const began = performance.now()
  const got = await ask(url + path, agent).catch(() => null)
  const time = performance.now() - began
  if (got === null || !got.complete) return { path, status: 0, headers: {}, body: '', time }
  return { path, status: got.status, headers: got.headers, body: got.body.toString(), time }
}

/** So many clients ask, each over a connection of its own, until `stop`, which gives all they were answered. */
export function openLoad(url: string, clients: number, nextPath: () => string, pause = 10) {
  let isOver = false
  const answers: Answered[] = []
  const running = Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!isOver) {
      answers.push(await askOnce(url, nextPath(), agent))
      await sleep(pause)
    }
    agent.destroy()
  })
  return {
    stop: async (): Promise<readonly Answered[]> => {
      isOver = true
      await Promise.all(running)
      return answers
    },
  }
}
