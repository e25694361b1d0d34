// Zips that are the same wherever they are made, packed while they are read.
import { closeSync, openSync, writeSync } from 'node:fs'
import { Unzip, UnzipInflate, Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { giveWay, readPieces } from './pieces.ts'

interface Entry {
  readonly name: string
  readonly pieces: Iterable<Uint8Array>
  /** Whether its bytes are compressed already. */
  readonly isCompressed?: boolean
}

const nothing = new Uint8Array()

/** Packs entries into a zip that is the same wherever it is made: every entry has the same date, in UTC. */
export async function writeZip(path: string, entries: Iterable<Entry>, date: Date): Promise<void> {
  await writeEntries(path, date, async (add) => {
    for (const { name, pieces, isCompressed } of entries) {
      const push = add(name, isCompressed)
      for (const piece of pieces) {
        push(piece, false)
        await giveWay()
      }
      push(nothing, true)
    }
  })
}

/** Packs the entries of a zip into another, each with the same date. */
export async function repackZip(from: string, to: string, date: Date): Promise<void> {
  await writeEntries(to, date, async (add) => {
    const unzip = new Unzip((entry) => {
      const push = inPieces(add(entry.name))
      entry.ondata = (error, chunk, isLast) => {
        if (error) throw error
        push(chunk, isLast)
      }
      entry.start()
    })
    unzip.register(UnzipInflate)
    for (const piece of readPieces(from)) {
      unzip.push(piece)
      await giveWay()
    }
  })
}

type Push = (chunk: Uint8Array, isLast: boolean) => void
type Add = (name: string, isCompressed?: boolean) => Push

async function writeEntries(path: string, date: Date, write: (add: Add) => Promise<void>): Promise<void> {
  const file = openSync(path, 'w')
  try {
    const zip = new Zip((error, chunk) => {
      if (error) throw error
      writeSync(file, chunk)
    })
    await write((name, isCompressed = false) => {
      const entry = isCompressed ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 3 })
      entry.mtime = inEveryZone(date)
      zip.add(entry)
      return (chunk, isLast) => entry.push(chunk, isLast)
    })
    zip.end()
  } finally {
    closeSync(file)
  }
}

// What deflate makes of an entry depends on the pieces it is given. The sheets of a usual release come in one.
const entryPiece = 4_194_304

function inPieces(push: Push): Push {
  let held: Uint8Array[] = []
  let bytes = 0
  return (chunk, isLast) => {
    held.push(chunk)
    bytes += chunk.length
    if (bytes < entryPiece && !isLast) return
    push(Buffer.concat(held), false)
    if (isLast) push(nothing, true)
    held = []
    bytes = 0
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
