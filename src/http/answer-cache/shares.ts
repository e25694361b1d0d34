// What was answered, kept within bounds. What few ask for has a share of its own, so that it drives out nothing many ask for.
import { LRUCache } from 'lru-cache'
import type { Edition } from '../../db/catalogue.ts'

/** An answer in one content coding: the header fields its handler gave it, and its bytes. */
export interface Answer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** An answer as it went out, for requests that are alike in all it depends on. */
interface Replay {
  /** The newest one when it was asked for: with the next one it no longer holds. */
  readonly edition: Edition
  readonly etag: string
  /** The pattern of its address. */
  readonly route: string | null
  /** Under what name its bytes are kept. */
  readonly name: string
  /** Header fields, name and value in turn; null until it was sent once. */
  readonly headers: readonly string[] | null
  /** Header fields of its 304; null until that was sent once. */
  readonly unchanged: readonly string[] | null
  /** How often it was sent again. */
  asked: number
}

export interface Share {
  readonly answers: LRUCache<string, Answer>
  readonly replays: LRUCache<string, Replay>
}

export interface Shares {
  /** What anyone may ask for. */
  readonly common: Share
  /** Searches and pages further on: hardly two clients ask for the same. */
  readonly rare: Share
}

/** About what an entry takes beside its texts and bytes. */
const overhead = 500

const lengthOf = (texts: readonly string[] | null): number =>
  texts?.reduce((sum, text) => sum + text.length, 0) ?? 0

/** A quarter of the bytes is for what is rare; an eighth of each share is for replays. */
export function openShares(bytes: number): Shares {
  return { common: openShare(bytes * 0.75), rare: openShare(bytes * 0.25) }
}

/** No answer may take more than a sixteenth of its share. */
function openShare(bytes: number): Share {
  return {
    answers: new LRUCache({
      maxSize: Math.floor(bytes * 0.875),
      maxEntrySize: Math.floor(bytes / 16),
      sizeCalculation: ({ headers, body }, name) =>
        overhead + name.length + body.length + lengthOf(Object.entries(headers).flat()),
    }),
    replays: new LRUCache({
      maxSize: Math.floor(bytes * 0.125),
      sizeCalculation: ({ name, headers, unchanged }, key) =>
        overhead + key.length + name.length + lengthOf(headers) + lengthOf(unchanged),
    }),
  }
}

export const nameOf = (etag: string, coding: string): string => `${coding} ${etag}`
