// Sends a file that never changes: strong validator, digest, ranges. No content coding: its bytes are what is promised.
import type { FastifyReply, FastifyRequest } from 'fastify'
import parseRange from 'range-parser'
import { problem } from '../errors.ts'
import { matches } from './caching.ts'
import type { SendExport } from './exports.ts'

export interface ServedFile {
  readonly name: string
  readonly media_type: string
  readonly bytes: number
  readonly sha256: string
}

/** First and last byte, both sent. */
interface ByteRange {
  readonly start: number
  readonly end: number
}

/** What is sent in one piece, without taking the place of an export. */
const small = 262_144

/** Reads the bytes of a range in order, some at a time. */
type ReadRange = (range: ByteRange) => AsyncIterable<Uint8Array>

export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: ServedFile,
  read: ReadRange,
  sendExport: SendExport,
): Promise<FastifyReply> {
  const [mediaType = ''] = file.media_type.split(';')
  if (request.type([mediaType]) === false) {
    throw problem('not-acceptable', `${file.name} is served as ${mediaType} only.`)
  }
  const digest = Buffer.from(file.sha256, 'hex')
  const etag = `"${digest.toString('base64url')}"`
  reply
    .header('ETag', etag)
    .header('Cache-Control', 'public, max-age=31536000, immutable')
    .header('Last-Modified', new Date(request.scope.release.released_at).toUTCString())
    .header('Dataset-Release', request.scope.release.version)
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()

  const range = rangeOf(request, file.bytes, etag)
  if (range === null) {
    reply.header('Content-Range', `bytes */${file.bytes}`)
    throw problem('range-not-satisfiable', `${file.name} has ${file.bytes} bytes.`)
  }
  const { start, end } = range
  const length = end - start + 1
  if (length < file.bytes) reply.code(206).header('Content-Range', `bytes ${start}-${end}/${file.bytes}`)
  reply
    .type(file.media_type)
    .header('Content-Length', length)
    .header('Accept-Ranges', 'bytes')
    .header('Repr-Digest', `sha-256=:${digest.toString('base64')}:`)
    .header('Content-Disposition', `inline; filename="${file.name}"`)
  if (length > small || request.method === 'HEAD') return sendExport(request, reply, () => read(range))
  const pieces: Uint8Array[] = []
  for await (const piece of read(range)) pieces.push(piece)
  return reply.send(Buffer.concat(pieces))
}

/**
 * The range asked for; all of it where none is, where it was asked for in several parts or of another state of the file
 * (RFC 9110 lets a server ignore Range then); null where there is no such range.
 */
function rangeOf({ method, headers }: FastifyRequest, bytes: number, etag: string): ByteRange | null {
  const whole = { start: 0, end: bytes - 1 }
  const { range, 'if-range': condition } = headers
  if (method !== 'GET' || range === undefined || !/^bytes=/i.test(range)) return whole
  if (condition !== undefined && condition !== etag) return whole
  const [, first, end] = /^bytes=\s*(\d+)-(\d+)\s*$/i.exec(range) ?? []
  if (Number(end) < Number(first)) return whole // no range at all, which is ignored
  // The last bytes, more of them than there are: all there are. range-parser would find no such range.
  const satisfiable = range.replace(/=\s*-(\d+)\s*$/, (_, last) => `=-${Math.min(Number(last), bytes)}`)
  const ranges = parseRange(bytes, satisfiable, { combine: true })
  if (ranges === -1) return null
  const [only, ...others] = ranges === -2 ? [] : ranges
  return only === undefined || others.length > 0 ? whole : only
}
