// Temp folders for tests; each is gone when its test ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export function makeFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'jtai-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
