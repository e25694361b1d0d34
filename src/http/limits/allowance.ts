// What a client may ask for in a minute: what comes from the cache is free, the rest is counted (RateLimit, RFC draft 10).
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type Problem, problem } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'
import { clientOf } from './client.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** null where nothing is counted. */
    allowance: Allowance | null
  }
}

interface Allowance {
  /** The 429 to answer with where it is used up, else null. */
  refusal(): Problem | null
  /** Takes what an export costs; throws the 429 where that is more than is left. */
  spendExport(): Promise<void>
  /** The header fields that tell it. */
  headers(): Readonly<Record<string, string>>
}

/** What any uncached answer costs, also one that refuses. */
const missCost = 1
/** What a whole set or a large file costs. */
const exportCost = 20
const seconds = 60

interface Options {
  /** 0: no limit. */
  readonly perMinute: number
  readonly metrics: Metrics
}

/** Counts what reaches Fastify and gives back what comes from the cache after all; HEAD and OPTIONS cost nothing. */
export function limitClients(app: FastifyInstance, { perMinute, metrics }: Options): void {
  app.decorateRequest('allowance', null)
  if (perMinute === 0) return
  const limiter = new RateLimiterMemory({ points: perMinute, duration: seconds })

  app.addHook('onRequest', async (request) => {
    const client = clientOf(request)
    if (client === null || request.method === 'HEAD' || request.method === 'OPTIONS') return
    let state = await limiter.penalty(client, missCost)
    const secondsLeft = () => Math.ceil(state.msBeforeNext / 1_000)
    let refused: Problem | null = null
    const refusal = () => {
      if (state.consumedPoints <= perMinute) return null
      if (refused === null) metrics.refuse('rate')
      refused ??= problem(
        'too-many-requests',
        `${perMinute} new answers a minute are given to a client, an export counts as ${exportCost}. What is answered from memory, revalidation and HEAD are free.`,
        { retryAfter: secondsLeft() },
      )
      return refused
    }
    request.allowance = {
      refusal,
      spendExport: async () => {
        state = await limiter.penalty(client, exportCost - missCost)
        const known = refusal()
        if (known !== null) throw known
      },
      headers: () => ({
        'RateLimit-Policy': `"default";q=${perMinute};w=${seconds}`,
        RateLimit: `"default";r=${state.remainingPoints};t=${secondsLeft()}`,
      }),
    }
  })
  // Innermost, and asked by the answer cache too: a handler that runs for several clients is refused to none by another's use.
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = async function (request, reply) {
      checkAllowance(request)
      return await handler.call(this, request, reply)
    }
  })
  app.addHook('onSend', async (request, reply) => {
    const client = clientOf(request)
    if (request.allowance !== null && client !== null && isFree(request, reply))
      await limiter.reward(client, missCost)
  })
}

/** Throws the 429 of a client that has used up what it may ask for. */
export function checkAllowance({ allowance }: FastifyRequest): void {
  const known = allowance?.refusal() ?? null
  if (known !== null) throw known
}

const isFree = ({ cacheStatus }: FastifyRequest, { statusCode }: FastifyReply): boolean =>
  statusCode === 304 || cacheStatus === 'hit'
