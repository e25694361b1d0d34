// /.well-known/security.txt (RFC 9116): where to report a weakness. Also answered while the database is out of reach.
import type { FastifyInstance } from 'fastify'
import type { Site } from './frame/page.ts'

// RFC 9116 wants less than a year: who reads an older copy looks again.
const validDays = 180

/** Changes once a day, and says nothing of the time the process began. */
const expiresAfter = (now: number): string =>
  `${new Date(now + validDays * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`

export async function securityTxtRoutes(
  app: FastifyInstance,
  { site: { publicUrl, contact } }: { site: Site },
): Promise<void> {
  // No validator: what the answer cache keeps may outlive the day it was made.
  app.get('/.well-known/security.txt', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('text/plain; charset=utf-8').header('Cache-Control', 'public, max-age=86400')
    return `Contact: ${contact ?? `${publicUrl}/about`}
Expires: ${expiresAfter(Date.now())}
Preferred-Languages: en
Canonical: ${publicUrl}/.well-known/security.txt
Policy: ${publicUrl}/about#contact
`
  })
}
