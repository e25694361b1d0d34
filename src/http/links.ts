// The Link field of a page of a list: what comes before and after it.
import type { FastifyReply } from 'fastify'

export function linkPages(
  reply: FastifyReply,
  { next, prev }: { readonly next: string | null; readonly prev: string | null },
): void {
  const links = [next && `<${next}>; rel="next"`, prev && `<${prev}>; rel="prev"`].filter(Boolean)
  if (links.length > 0) reply.header('Link', links.join(', '))
}
