// What every answer says, also one that is refused before any hook runs: who may read it, and what a browser may do with it.
import type { FastifyReply, FastifyRequest } from 'fastify'
import helmet from 'helmet'

export const exposedHeaders = [
  'ETag',
  'Link',
  'Last-Modified',
  'Content-Disposition',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Dataset-Release',
  'Request-Id',
  'Deprecation',
  'Sunset',
  'Repr-Digest',
  'Accept-Ranges',
  'Content-Range',
  'Cache-Status',
  'Server-Timing',
]

export type DescribeAnswer = (request: FastifyRequest, reply: FastifyReply) => void

/** Whether the service is reached by TLS: only then may a browser be told to use nothing else. */
export const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')

/** Data runs nothing and stands in no frame, and any page may load it. A page replaces the policy by its own. */
export function describeAnswersOf(publicUrl: string): DescribeAnswer {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        ...(isSecure(publicUrl) ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    strictTransportSecurity: isSecure(publicUrl) ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    // Of a page only, which sets it; or for browsers of long ago.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
  return (request, reply) => {
    protect(request.raw, reply.raw, () => undefined)
    reply
      .header('Access-Control-Allow-Origin', '*')
      .header('Access-Control-Expose-Headers', exposedHeaders.join(', '))
      .header('Request-Id', request.id)
      .header('Vary', 'accept-encoding')
  }
}
