// The app that is shipped, on a database of its own, for tests that ask it as a client would.
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { type AppConfig, buildApp } from '../../src/app.ts'
import { publish } from '../../src/dataset/publish.ts'
import { type Catalogue, openCatalogue } from '../../src/db/catalogue.ts'
import { openMetrics } from '../../src/http/metrics.ts'
import { createDatabase, type Template, type TestDatabase } from './cluster.ts'

export const publicUrl = 'http://api.test'

/** The app as tests build it: they ask more, and make the process later, than a client may. */
export const testConfig: AppConfig = {
  publicUrl,
  trustProxy: false,
  exportsMax: 8,
  rateLimit: 0,
  loopDelayMax: 0,
  memoryMax: 0,
  cacheMegabytes: 64,
  contact: null,
}

type Headers = Readonly<Record<string, string>>

export interface TestApp {
  readonly app: FastifyInstance
  readonly catalogue: Catalogue
  readonly database: TestDatabase
  /** Asks for a path, or for a link of an answer. */
  get(address: string, headers?: Headers): Promise<LightMyRequestResponse>
  /** The body of the 200 at an address; throws on any other status. */
  read<T>(address: string): Promise<T>
  /** The problem at an address; throws on a status below 400. */
  refuse(address: string, headers?: Headers): Promise<Problem>
}

/** A list as the API answers it. */
export interface List<T> {
  readonly data: readonly T[]
  readonly page: {
    readonly limit: number | null
    readonly count: number
    readonly total: number
    readonly next: string | null
    readonly prev: string | null
  }
  readonly meta: Meta
}

/** A record as the API answers it. */
export interface Item<T> {
  readonly data: T
  readonly meta: Meta
}

interface Meta {
  readonly release: string
  readonly released_at: string
  readonly query: string
  readonly permalink: string
  readonly citation: string
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly request_id: string
  readonly errors: readonly {
    readonly parameter: string
    readonly detail: string
    readonly allowed: readonly string[]
    readonly did_you_mean: string | null
  }[]
}

/** Opens database, catalogue and app; all are closed when the test file ends. */
export async function openApp(
  t: Test,
  template: Template,
  config: {
    readonly publicUrl: string
    readonly contact?: string
    readonly cacheMegabytes?: number
  } = { publicUrl },
  /** A folder of releases to publish first: those of the template and more. */
  releases: string | null = null,
): Promise<TestApp> {
  const database = await createDatabase(t, template)
  if (releases !== null) await publish(database.owner, releases)
  const catalogue = await openCatalogue(database.reader)
  const app = await buildApp({
    config: { ...testConfig, ...config },
    db: database.reader,
    catalogue,
    metrics: openMetrics(),
  })
  t.teardown(async () => {
    await app.close()
    catalogue.stop()
  })
  const get = (address: string, headers: Headers = {}) =>
    app.inject({ url: address.replace(config.publicUrl, ''), headers })
  return {
    app,
    catalogue,
    database,
    get,
    read: async <T>(address: string) => {
      const response = await get(address)
      if (response.statusCode !== 200) throw new Error(`${address}: ${response.statusCode} ${response.body}`)
      return response.json<T>()
    },
    refuse: async (address, headers) => {
      const response = await get(address, headers)
      if (response.statusCode < 400) throw new Error(`${address}: ${response.statusCode}, not refused`)
      return response.json<Problem>()
    },
  }
}
