// Reads an address as a request for it would be read, without asking it: route, query, release, codes.
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import findMyWay from 'find-my-way'
import type { Catalogue } from '../db/catalogue.ts'
import { invalidParameters, isProblem, type Problem, problem, problemTypes } from '../errors.ts'
import { explainValidation } from './problems.ts'
import { propertiesOf, readQuery } from './query-string.ts'
import { findScope, type Scope, versionIn } from './scope.ts'
import { normalizeTarget } from './target.ts'

interface Options {
  readonly catalogue: Catalogue
  readonly publicUrl: string
}

/** Gives the scope a request for the address would have; throws a 400 for `url` that says why it would be refused. */
export type ReadAddress = (request: FastifyRequest, url: string) => Promise<Scope>

/** Knows every data route registered after it. `except` begins the paths that are no data. */
export function readAddresses(app: FastifyInstance, except: string, options: Options): ReadAddress {
  const router = findMyWay({ maxParamLength: 500 })
  app.addHook('onRoute', (route) => {
    const isData = /^(releases?|file)$/.test(route.config?.varies ?? '') && !route.url.startsWith(except)
    if (isData && route.method === 'GET') router.on('GET', route.url, () => undefined, route)
  })

  return async (request, url) => {
    const target = normalizeTarget(toTarget(url, options))
    try {
      return await read(request, target)
    } catch (error) {
      throw isProblem(error) && problemTypes[error.problem].status < 500 ? blame(error) : error
    }
  }

  async function read(request: FastifyRequest, target: string): Promise<Scope> {
    const at = target.indexOf('?')
    const path = at < 0 ? target : target.slice(0, at)
    const found = router.find('GET', path)
    if (found === null) throw problem('not-found', `There is no data at ${path.slice(0, 200)}.`)
    const { schema, config }: RouteOptions = found.store
    const query = readQuery(at < 0 ? '' : target.slice(at + 1), propertiesOf(schema?.querystring))
    const validate = request.compileValidationSchema(Object(schema?.querystring))
    if (!validate(query)) throw explainValidation(validate.errors ?? [])
    const version = versionIn(found.params)
    const scope = await findScope({ path, version, query, querySchema: schema?.querystring }, options)
    await config?.check?.(scope, query, found.params)
    return scope
  }
}

/** The path and query of an address of this service; `latest` becomes the current release. */
function toTarget(url: string, { catalogue, publicUrl }: Options): string {
  const isWhole = url.toLowerCase().startsWith(`${publicUrl.toLowerCase()}/`)
  const [local = ''] = (isWhole ? url.slice(publicUrl.length) : url).split('#') // a fragment is never sent
  if (!/^\/(?!\/)[^\\]*$/.test(local)) {
    throw invalidParameters([
      {
        parameter: 'url',
        detail: 'It is not an address of this service.',
        allowed: [
          'a path, for example /v1/findings?area=salford, percent-encoded',
          `the same beginning with ${publicUrl}`,
        ],
      },
    ])
  }
  const typed = local.replaceAll(/[^!-~]+/gu, encodeURIComponent) // as a browser does with what is typed
  return typed.replace(
    /^\/v1\/releases\/latest(?=[/?]|$)/,
    `/v1/releases/${catalogue.current().release.version}`,
  )
}

/** The same refusal, of the parameter that holds the address. */
function blame({ message, errors }: Problem): Problem {
  const parameter = 'url'
  if (errors.length === 0) {
    return invalidParameters([{ parameter, detail: message, allowed: ['an address of data, below /v1'] }])
  }
  return invalidParameters(
    errors.map((error) => ({ ...error, parameter, detail: `Its ${error.parameter}: ${error.detail}` })),
  )
}
