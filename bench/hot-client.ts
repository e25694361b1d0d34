// The worker of bench/exports.ts that asks for one answer kept in memory over and over, and tells how long each one took.
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { ask } from './ask.ts'

const pause = 2
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

await ask(workerData, {}, agent)
parentPort?.on('message', async (milliseconds: number) => {
  const times: number[] = []
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(pause)) {
    const began = performance.now()
    const { headers } = await ask(workerData, {}, agent)
    times.push(performance.now() - began)
    if (headers['cache-status'] !== 'jtai; hit') throw new Error(`${workerData}: ${headers['cache-status']}`)
  }
  parentPort?.postMessage(times)
})
