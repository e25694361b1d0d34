// What is to go says so for a year, on every answer, and then is gone: Deprecation (RFC 9745), Sunset (RFC 8594), 410.
import type { FastifyInstance, RouteOptions } from 'fastify'
import { problem } from '../errors.ts'

interface Deprecation {
  /** The day it was announced, YYYY-MM-DD. */
  readonly since: string
  /** The day it is served no more, YYYY-MM-DD: twelve months later at least. */
  readonly sunset: string
  /** Address that says what to use instead. */
  readonly link: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of an address that is to go. */
    readonly deprecation?: Deprecation
  }
}

const dayOf = (text: string): Date => new Date(`${text}T00:00:00Z`)

/** Routes registered after this keep what `config.deprecation` announces. */
export function announceDeprecations(app: FastifyInstance): void {
  app.addHook('onRoute', announce)
  app.addHook('onRequest', async ({ routeOptions: { config, url } }) => {
    const { deprecation } = config
    if (deprecation === undefined || Date.now() < dayOf(deprecation.sunset).getTime()) return
    throw problem('retired', `${url} was retired on ${deprecation.sunset}. See ${deprecation.link}`)
  })
  app.addHook('onSend', async ({ routeOptions: { config } }, reply) => {
    const { deprecation } = config
    if (deprecation === undefined) return
    const { since, sunset, link } = deprecation
    reply
      .header('Deprecation', `@${dayOf(since).getTime() / 1_000}`)
      .header('Sunset', dayOf(sunset).toUTCString())
    if (reply.statusCode === 304) return // a cache would put this link in the place of all it holds
    const links = [reply.getHeader('Link') ?? [], `<${link}>; rel="deprecation"; type="text/html"`].flat()
    reply.header('Link', links.join(', '))
  })
}

function announce(route: RouteOptions): void {
  const deprecation = route.config?.deprecation
  if (deprecation === undefined) return
  const earliest = dayOf(deprecation.since)
  earliest.setUTCFullYear(earliest.getUTCFullYear() + 1)
  if (!(dayOf(deprecation.sunset) >= earliest)) {
    throw new Error(
      `${route.url}: what is deprecated is served for twelve months more, docs/api-stability.md`,
    )
  }
  route.schema = { ...route.schema, deprecated: true }
}
