// The typed client against the app that is shipped, on a real socket.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { type Client, type ClientOptions, createClient } from '../../sdk/typescript/src/index.ts'
import { openApp, type TestApp } from './app.ts'
import type { Template } from './cluster.ts'
import { freePort } from './process.ts'

export interface ServedData extends TestApp {
  readonly url: string
  /** Resolves when this instance has seen a release: it asks every 2 s. */
  sees(version: string): Promise<void>
  /** A client of it that does not wait long. */
  client(options?: Partial<ClientOptions>): Client
  /** A client whose requests are counted, answered by `intercept` where that gives an answer. */
  watched(intercept?: (request: Request, count: number) => Response | null): {
    readonly client: Client
    readonly requests: Request[]
    readonly statuses: number[]
  }
}

const retry = { firstPause: 1, attempts: 3 }

/** Serves a data set at an address of its own, which its links name. */
export async function serveData(t: Test, template: Template): Promise<ServedData> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const api = await openApp(t, template, { publicUrl: url })
  await api.app.listen({ host: '127.0.0.1', port })
  const client = (options: Partial<ClientOptions> = {}) => createClient({ baseUrl: url, retry, ...options })
  return {
    ...api,
    url,
    sees: async (version) => {
      const { catalogue } = api
      while (!catalogue.hasRelease() || catalogue.current().release.version !== version) await sleep(20)
    },
    client,
    watched: (intercept = () => null) => {
      const requests: Request[] = []
      const statuses: number[] = []
      const send = async (request: Request) => {
        requests.push(request)
        const response = intercept(request, requests.length) ?? (await fetch(request))
        statuses.push(response.status)
        return response
      }
      return { client: client({ fetch: send }), requests, statuses }
    },
  }
}
