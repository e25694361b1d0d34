// The name an answer is saved by: what it is, which release, which query.
import type { FastifyReply, FastifyRequest } from 'fastify'

/** For example `jtai-findings-1.0.0-agency-police.csv`; an `attachment` where the client asks for a download. */
export function nameFile(
  request: FastifyRequest,
  reply: FastifyReply,
  subject: string,
  extension: string,
): void {
  const { release, query } = request.scope
  const words = query
    .split('&')
    .filter((pair) => !/^(download|bom|fields|sort)=/.test(pair))
    .join('-')
    .replaceAll(/%[0-9A-F]{2}|[^a-z0-9]+/gi, '-')
    .slice(0, 120)
    .replaceAll(/^-+|-+$/g, '')
  const name = `jtai-${subject}-${release.version}${words === '' ? '' : `-${words}`}${extension}`
  const { download } = request.asked
  reply.header('Content-Disposition', `${download === true ? 'attachment' : 'inline'}; filename="${name}"`)
}
