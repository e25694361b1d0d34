// The types openapi-typescript makes from the contract compile, and say what a client needs to know.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTypes, { astToString } from 'openapi-typescript'
import t from 'tap'
import ts from 'typescript'
import { readContract } from '../support/contract.ts'
import { makeFolder } from '../support/folders.ts'

const use = `import type { components, operations, paths } from './api.d.ts'
type Answer = paths['/v1/findings']['get']['responses'][200]['content']['application/json']
type Query = NonNullable<operations['listFindings']['parameters']['query']>
export const query: Query = { area: ['salford'], kind: ['strength'], sort: '-published_on', limit: 10 }
export const read = (answer: Answer): string | null => answer.page.next
export const name = (area: components['schemas']['Area']): string => area.name
export const kind: components['schemas']['Finding']['kind'] = 'context'
`

const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  types: [],
}

t.test(
  'a client written in strict TypeScript compiles against the contract, a mistaken one does not',
  async (t) => {
    const folder = makeFolder(t)
    writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTypes(readContract('v1.json'))))
    const [right, wrong] = [join(folder, 'right.ts'), join(folder, 'wrong.ts')]
    writeFileSync(right, use)
    writeFileSync(wrong, use.replace("kind: ['strength']", "kind: ['strong']"))
    const mistakes = ts
      .getPreEmitDiagnostics(ts.createProgram([right, wrong], options))
      .map(({ file, messageText }) => ({
        file: file?.fileName ?? null,
        message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      }))
    t.match(mistakes, [{ file: wrong, message: /"strong"/ }])
    t.equal(mistakes.length, 1)
  },
)
