// Reads a page as strictly as it is written: what a browser would only guess at is refused, so nothing breaks out of its place.
import type { TestApp } from './app.ts'

type Node = Element | string

export interface Element {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Node[]
}

const markup =
  /<!DOCTYPE html>|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)(\/?)>/g
const empty = ['br', 'hr', 'img', 'input', 'link', 'meta']
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: '\u{a0}',
  '#39': "'",
}

/** The tree of a page. Throws where a tag, a quote or an ampersand stands out of its place. */
export function parseHtml(source: string): Element {
  const root = make('', '')
  const open = [root]
  let end = 0
  for (const found of source.matchAll(markup)) {
    const [all, slash, name = '', attributes = '', closed] = found
    const parent = open.at(-1) ?? root
    if (parent.tag === 'script' && !(slash && name === 'script')) continue
    addText(parent, source.slice(end, found.index))
    end = found.index + all.length
    if (name === '') continue
    if (slash) {
      if (parent.tag !== name || attributes !== '') throw new Error(`${all} closes <${parent.tag}>`)
      open.pop()
    } else {
      const element = make(name, attributes)
      parent.children.push(element)
      if (!closed && !empty.includes(name)) open.push(element)
    }
  }
  addText(open.at(-1) ?? root, source.slice(end))
  if (open.length > 1) throw new Error(`<${open.at(-1)?.tag}> is not closed`)
  return root
}

function addText(parent: Element, text: string): void {
  if (text !== '') parent.children.push(parent.tag === 'script' ? text : decode(text))
}

function make(tag: string, attributes: string): Element {
  const pairs = [...attributes.matchAll(/ ([^ =]+)(?:="([^"]*)")?/g)]
  const named = pairs.map(([, name = '', value = '']) => [name, decode(value)] as const)
  return { tag, attributes: new Map(named), children: [] }
}

/** What a piece of source says. */
function decode(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`a bracket stands in text: ${text.slice(0, 200)}`)
  return text.replaceAll(/&(?:([a-z]+|#\d+);)?/g, (all, name: string = '') => {
    const sign = entities[name]
    if (sign === undefined) throw new Error(`${all} is no entity: ${text.slice(0, 200)}`)
    return sign
  })
}

/** What a browser reads of an element. */
export const textOf = (node: Node | undefined): string =>
  node === undefined ? '' : typeof node === 'string' ? node : node.children.map(textOf).join('')

export const attributeOf = (element: Element | undefined, name: string): string =>
  element?.attributes.get(name) ?? ''

/** Every element below that a selector means: names, `#id`, `.class`, `[name=value]`, and spaces for anything between. */
export function select(root: Element, selector: string): Element[] {
  const steps = selector.split(' ').map(readStep)
  const last = steps.length - 1
  const walk = (element: Element, at: number): Element[] =>
    element.children.flatMap((child) => {
      if (typeof child === 'string') return []
      const meets = at <= last && steps[at]?.(child)
      const own = meets && at === last ? [child] : []
      return [...own, ...walk(child, meets && at < last ? at + 1 : at)]
    })
  return walk(root, 0)
}

export const selectOne = (root: Element | undefined, selector: string): Element | undefined =>
  root === undefined ? undefined : select(root, selector)[0]

function readStep(step: string): (element: Element) => boolean {
  const [, tag = ''] = /^([a-z0-9]*)/.exec(step) ?? []
  const id = /#([\w-]+)/.exec(step)?.[1]
  const name = /\.([\w-]+)/.exec(step)?.[1]
  const [, key, value] = /\[([\w-]+)(?:=([^\]]*))?\]/.exec(step) ?? []
  return ({ tag: own, attributes }) =>
    (tag === '' || own === tag) &&
    (id === undefined || attributes.get('id') === id) &&
    (name === undefined || (attributes.get('class') ?? '').split(' ').includes(name)) &&
    (key === undefined || (attributes.has(key) && (value === undefined || attributes.get(key) === value)))
}

/** The tree of the page at a path, which must be answered by 200. */
export async function readPage(api: Pick<TestApp, 'get'>, path: string): Promise<Element> {
  const { statusCode, body } = await api.get(path)
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body.slice(0, 500)}`)
  return parseHtml(body)
}
