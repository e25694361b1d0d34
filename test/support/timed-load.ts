// Clients that ask without pause, and what each was answered: for faults, where every answer counts.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

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
export function askOnce(url: string, path: string, agent?: Agent): Promise<Answered> {
  const began = performance.now()
  return new Promise((resolve) => {
    const end = (status: number, headers: Answered['headers'], body: string) =>
      resolve({ path, status, headers, body, time: performance.now() - began })
    request(new URL(path, url), { ...(agent === undefined ? {} : { agent }) }, (response) => {
      let body = ''
      response
        .setEncoding('utf8')
        .on('data', (piece) => {
          body += piece
        })
        .on('error', () => undefined) // broken off: close follows
        .once('close', () => end(response.complete ? (response.statusCode ?? 0) : 0, response.headers, body))
    })
      .once('error', () => end(0, {}, ''))
      .end()
  })
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
