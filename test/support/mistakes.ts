// Spoils a copy of the invented world in one place and tells what the publisher says of it, word for word.
import type { Test } from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { isUsageError } from '../../src/errors.ts'
import { createDatabase } from './cluster.ts'
import { copyReleases, sealReleases } from './releases.ts'

export interface Mistake {
  /** Completes the sentence "refuses ...". */
  readonly name: string
  readonly spoil: (root: string) => void
  /** One line a problem: file › record › field: what is allowed. */
  readonly says: readonly string[]
}

/** Each mistake is refused with exactly its lines, and leaves an empty database empty. */
export async function testMistakes(t: Test, mistakes: readonly Mistake[]): Promise<void> {
  const { owner } = await createDatabase(t, 'empty')
  for (const { name, spoil, says } of mistakes) {
    await t.test(`refuses ${name}`, async (t) => {
      const root = copyReleases(t)
      spoil(root)
      sealReleases(root)
      const error: unknown = await publish(owner, root).then(
        () => null,
        (reason: unknown) => reason,
      )
      const message = error instanceof Error ? error.message : 'nothing was refused'
      t.ok(isUsageError(error), 'as a mistake of the person who wrote it')
      t.equal(message, [`Nothing was published. ${says.length} problem(s):`, ...says].join('\n'))
      const releases = await owner.selectFrom('release').select('version').execute()
      t.same(releases, [], 'nothing is published')
    })
  }
}
