// The worker of bench/exports.ts that asks for one small answer over and over, and tells how long each one took.
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

const pause = 2
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

function ask(url: string, headers: Record<string, string> = {}) {
  const began = performance.now()
  return new Promise<{ time: number; status: number; etag: string }>((resolve, reject) => {
    get(url, { agent, headers }, (response) => {
      response.resume().once('end', () =>
        resolve({
          time: performance.now() - began,
          status: response.statusCode ?? 0,
          etag: response.headers.etag ?? '',
        }),
      )
    }).once('error', reject)
  })
}

const { etag } = await ask(workerData)
parentPort?.on('message', async (milliseconds: number) => {
  const times: number[] = []
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(pause)) {
    const { time, status } = await ask(workerData, { 'if-none-match': etag })
    if (status !== 304) throw new Error(`${workerData}: ${status} instead of 304`)
    times.push(time)
  }
  parentPort?.postMessage(times)
})
