// Opaque, keyless, deterministic cursors: the same place in the same walk has the same cursor everywhere, for ever.
import { createHash } from 'node:crypto'

export interface Cursor {
  /** Version of the release that is walked. */
  readonly version: string
  readonly direction: 'next' | 'prev'
  /** Rank of the row the page begins after (next) or ends before (prev). */
  readonly position: number
}

/** Base64url of version, direction, position and 8 bytes of SHA-256 over these and the query that is walked. */
export function encodeCursor({ version, direction, position }: Cursor, query: string): string {
  const plain = `${version} ${direction} ${position} `
  const check = createHash('sha256').update(plain).update(query).digest().subarray(0, 8)
  return Buffer.concat([Buffer.from(plain), check]).toString('base64url')
}

/** Reads the cursor of a walk; null where it is malformed or was made for another query. */
export function decodeCursor(text: string, query: string): Cursor | null {
  const plain = Buffer.from(text, 'base64url').subarray(0, -8).toString('latin1')
  const [, version, direction, digits] =
    /^(\d{1,6}\.\d{1,6}\.\d{1,6}) (next|prev) ([1-9]\d{0,9}) $/.exec(plain) ?? []
  const position = Number(digits)
  if (version === undefined || (direction !== 'next' && direction !== 'prev') || position > 2_147_483_647)
    return null
  const cursor: Cursor = { version, direction, position }
  return encodeCursor(cursor, query) === text ? cursor : null
}
