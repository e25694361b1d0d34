// After a release is seen, what is asked for most is answered once before anybody asks.
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Catalogue } from '../../db/catalogue.ts'
import { requestOf } from './replays.ts'
import type { Shares } from './shares.ts'

const mostFilled = 100
/** The first requests after a start are not to wait for it. */
const startDelay = 500

interface Options {
  readonly catalogue: Catalogue
  readonly shares: Shares
}

/** Fills at the start with every list and page that takes no parameter, and again at each release with what was asked most. */
export function fillAfterReleases(app: FastifyInstance, { catalogue, shares }: Options): void {
  const openings: string[] = []
  let isClosing = false
  let forget = () => {}
  const fill = async (keys: readonly string[]) => {
    try {
      for (const key of keys) if (!isClosing) await app.inject(requestOf(key))
    } catch (error) {
      app.log.warn({ err: error }, 'answers are not kept ready')
    }
  }

  app.addHook('onRoute', (route) => {
    if (isOpening(route)) openings.push(`br\n*/*\n${route.url}`)
  })
  app.addHook('onListen', async () => {
    void sleep(startDelay, undefined, { ref: false }).then(() => fill(openings))
    forget = catalogue.onRelease(() => {
      const asked = [...shares.common.replays.entries()]
        .filter(([, { headers }]) => headers !== null)
        .sort(([, a], [, b]) => b.asked - a.asked)
        .slice(0, mostFilled)
        .map(([key]) => key)
      void fill([...asked, ...openings])
    })
  })
  app.addHook('preClose', async () => {
    isClosing = true
    forget()
  })
}

const isOpening = ({ method, url, config, schema }: RouteOptions): boolean =>
  method === 'GET' && config?.varies === 'release' && !/[:.]/.test(url) && !isQuestion(schema?.querystring)

/** Whether there is no answer without parameters. */
const isQuestion = (query: unknown): boolean =>
  typeof query === 'object' && query !== null && 'required' in query
