// Who counts as one client of the limits: an IPv4 address, or an IPv6 network of 64 bits, which one household has.
import { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'

/** The key of the client of a request; null where the server asks itself, as when it fills its cache. */
export const clientOf = ({ ip, raw }: FastifyRequest): string | null =>
  raw.socket instanceof Socket ? networkOf(ip) : null

/** An address as the key of its client; what is no address, as a careless proxy may say, is a client of its own. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const known = ipaddr.process(address) // an IPv4 address may come as IPv6
  return known instanceof ipaddr.IPv6
    ? `${known.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : known.toString()
}
