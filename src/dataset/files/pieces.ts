// A file on the disk, piece by piece: written, read, measured. No more than a piece is held at once.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

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

/** Lets others go on between two pieces: PostgreSQL takes the rows of a release while its files are made. */
export const giveWay = (): Promise<void> => setImmediate()

/** Writes texts as they come, a piece at a time. */
export async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = openSync(path, 'w')
  try {
    let text = ''
    for (const line of lines) {
      text += line
      if (text.length < pieceSize) continue
      writeSync(file, text)
      text = ''
      await giveWay()
    }
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
}
