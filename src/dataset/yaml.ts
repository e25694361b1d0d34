// Reads one YAML 1.2 file of a release folder into plain values, every mistake reported with its line.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument, visit } from 'yaml'
import type { Issue } from './issues.ts'

/** The value of a file, or undefined where it is missing or broken, which is then reported. */
export function readYaml(root: string, file: string, report: (issue: Issue) => void): unknown {
  if (!existsSync(join(root, file))) {
    report({ file, message: 'the file is missing' })
    return undefined
  }
  const content = decode(readFileSync(join(root, file)))
  if (content === null) {
    report({ file, message: 'is not UTF-8' })
    return undefined
  }
  const lines = new LineCounter()
  const lineAt = (offset = 0): string => `line ${lines.linePos(offset).line}`
  const document = parseDocument(content, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  })
  let isBroken = document.errors.length > 0
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    report({ file, record: lineAt(pos[0]), message })
  }
  visit(document, {
    Alias(_, { source, range }) {
      isBroken = true
      report({
        file,
        record: lineAt(range?.[0]),
        message: `*${source} stands for another place: write it out`,
      })
    },
  })
  return isBroken ? undefined : document.toJS({ maxAliasCount: 0 })
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
