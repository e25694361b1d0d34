// Reads the bytes of a file of a release.
import { pieceSize as partSize } from '../../dataset/files/pieces.ts'
import type { Reader } from '../../db/client.ts'
import { retryOutage } from '../../db/retry.ts'

/** The bytes from `start` to `end`, both included, part by part: each is one short query. */
export async function* readFileParts(
  db: Reader,
  releaseId: number,
  name: string,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Buffer> {
  const [first, last] = [Math.floor(start / partSize), Math.floor(end / partSize)]
  for (let part = first; part <= last; part += 1) {
    const read = () =>
      db
        .selectFrom('release_file_part')
        .select('content')
        .where('release_id', '=', releaseId)
        .where('name', '=', name)
        .where('part', '=', part)
        .executeTakeFirstOrThrow()
    const { content } = part === first ? await read() : await retryOutage(read)
    yield content.subarray(Math.max(start - part * partSize, 0), end - part * partSize + 1)
  }
}
