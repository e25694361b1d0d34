// One spelling for every request target, so that links made from it are right and no client chooses their host. Pure.

// Not where a lone percent sign stands before it: decoding must not make a code out of a malformed one.
const code = /(?<!%[0-9a-f]?)%[0-9a-f]{2}/gi

/** Drops scheme and host of a whole address, and decodes in the path what needs no percent-encoding (RFC 3986, 6.2.2). */
export function normalizeTarget(target: string): string {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '')
  const at = local.indexOf('?')
  const [path, query] = at < 0 ? [local, ''] : [local.slice(0, at), local.slice(at)]
  return (path || '/').replaceAll(code, decodeUnreserved) + query
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return /[A-Za-z0-9._~-]/.test(character) ? character : encoded
}
