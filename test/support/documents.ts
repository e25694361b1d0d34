// What the documents name: files of the repository, headings, settings, messages of the log.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = join(import.meta.dirname, '../..')

export const readDocument = (path: string): string => readFileSync(join(root, path), 'utf8')
export const isThere = (path: string): boolean => existsSync(join(root, path))

/** Files a document names between backticks or links to, as paths from the root. */
export function filesNamed(path: string): readonly string[] {
  const text = readDocument(path)
  const named = [...text.matchAll(/`((?:src|test|docs|migrations|seeds|docker)\/[\w./-]+\.\w+)`/g)]
  const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)]
  return [
    ...named.map(([, file = '']) => file),
    ...linked.map(([, file = '']) => normalize(join(dirname(path), file))),
  ]
}

/** The sections of a document by the anchor their heading gets. */
export const sectionsOf = (path: string): ReadonlyMap<string, string> =>
  new Map(
    readDocument(path)
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [heading = ''] = section.split('\n')
        return [
          heading
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
          section,
        ]
      }),
  )
