// A file on the disk, piece by piece: read, measured, packed. No more than a piece is held at once.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'

/** Bytes of a piece: also of a part in the database. */
export const pieceSize = 262_144

export function* readPieces(path: string): Generator<Buffer> {
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceSize)
      let filled = 0
      for (let read = -1; read !== 0 && filled < pieceSize; filled += read) {
        read = readSync(file, piece, filled, pieceSize - filled, null)
      }
      if (filled > 0) yield piece.subarray(0, filled)
      if (filled < pieceSize) return
    }
  } finally {
    closeSync(file)
  }
}

export interface Measured {
  readonly bytes: number
  readonly sha256: string
}

export function measure(path: string): Measured {
  const hash = createHash('sha256')
  let bytes = 0
  for (const piece of readPieces(path)) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

interface Entry {
  readonly name: string
  readonly pieces: Iterable<Uint8Array>
  /** Whether its bytes are compressed already. */
  readonly isCompressed?: boolean
}

const nothing = new Uint8Array()

/** Packs entries into a zip that is the same wherever it is made: every entry has the same date, in UTC. */
export function writeZip(path: string, entries: Iterable<Entry>, date: Date): void {
  const file = openSync(path, 'w')
  try {
    const zip = new Zip((error, chunk) => {
      if (error) throw error
      writeSync(file, chunk)
    })
    for (const { name, pieces, isCompressed = false } of entries) {
      const entry = isCompressed ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 3 })
      entry.mtime = inEveryZone(date)
      zip.add(entry)
      for (const piece of pieces) entry.push(piece)
      entry.push(nothing, true)
    }
    zip.end()
  } finally {
    closeSync(file)
  }
}

// Zip knows local time only, and is told UTC as if it were that.
const inEveryZone = (date: Date): Date =>
  new Date(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  )
