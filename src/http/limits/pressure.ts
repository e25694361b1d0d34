// Answers 503 early where going on would make it worse for everybody; what is sent again from memory still is.
import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { problem } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'
import { clientOf } from './client.ts'

/** Of the heap Node allows: above it the next thing would be the end of the process. */
const mostHeap = 0.9

/** What the start itself took is not held against the first requests: it is measured second by second. */
const startTime = 2_500

interface Options {
  /** Milliseconds, on average of a second; a busy server stays below fifty. 0: no limit. */
  readonly loopDelayMax: number
  /** Bytes of resident memory. 0: no limit, of the heap neither. */
  readonly memoryMax: number
  readonly metrics: Metrics
}

const reasons: Readonly<Record<string, 'loop' | 'memory'>> = {
  [underPressure.TYPE_EVENT_LOOP_DELAY]: 'loop',
  [underPressure.TYPE_HEAP_USED_BYTES]: 'memory',
  [underPressure.TYPE_RSS_BYTES]: 'memory',
}

export async function refuseUnderPressure(
  app: FastifyInstance,
  { loopDelayMax, memoryMax, metrics }: Options,
): Promise<void> {
  let listeningFor = () => 0
  app.addHook('onListen', async () => {
    const began = performance.now()
    listeningFor = () => performance.now() - began
  })
  await app.register(underPressure, {
    maxEventLoopDelay: loopDelayMax,
    maxHeapUsedBytes: memoryMax === 0 ? 0 : getHeapStatistics().heap_size_limit * mostHeap,
    maxRssBytes: memoryMax,
    pressureHandler: async (request, _reply, type) => {
      if (clientOf(request) === null || listeningFor() < startTime) return
      metrics.refuse(reasons[type] ?? 'loop')
      throw problem('service-unavailable', 'The service has more to do than it can just now.', {
        retryAfter: 5,
      })
    },
  })
}
