// Content codings: which one a client takes, and the bytes of an answer in it.
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { Negotiator } from '@fastify/accept-negotiator'
import { LRUCache } from 'lru-cache'

export type Coding = 'identity' | 'gzip' | 'br'

/** Codings an answer is sent in, the preferred one first. */
export const encodings: Exclude<Coding, 'identity'>[] = ['br', 'gzip']
/** Bytes from which an answer is worth compressing. */
export const compressFrom = 1_024
/** Media types worth compressing. */
export const compressible =
  /^text\/|[/+](json|xml)\b|\/(x-ndjson|x-bibtex|x-research-info-systems|yaml)\b|^image\/svg/
export const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const negotiator = new Negotiator({ supportedValues: encodings, cache: new LRUCache({ max: 500 }) })

/** The coding for a client, as @fastify/compress chooses it for what is streamed. */
export function codingFor(acceptEncoding: string | undefined): Coding {
  const header = acceptEncoding?.toLowerCase().replaceAll(/\*|x-gzip/g, 'gzip')
  return header === undefined
    ? 'identity'
    : (encodings.find((one) => one === negotiator.negotiate(header)) ?? 'identity')
}

const compressors = { gzip: promisify(gzip), br: promisify(brotliCompress) }

export async function compress(body: Buffer, coding: Exclude<Coding, 'identity'>): Promise<Buffer> {
  const options = coding === 'br' ? brotliOptions : {}
  // Copied out of the larger chunk zlib allocates, which would be kept as long as the few bytes in use.
  return Buffer.from(await compressors[coding](body, options))
}
