// What the API says of the links a page gives: the page's address of a question is the API's without its version.
import type { Item, List, TestApp } from './app.ts'
import { attributeOf, type Element, selectOne, textOf } from './html.ts'

/** What every chart counts. */
export const chartQuery =
  'scope=area&section=key_strengths,areas_for_improvement,case_study,next_steps,report,statement'

/** A number of a page and where it leads. */
export interface Linked {
  readonly count: number
  readonly href: string
}

/** A number as the pages write it. Throws where something else stands there. */
export function numberIn(text: string): number {
  if (!/^\d{1,3}(,?\d{3})*$/.test(text)) throw new Error(`no number: ${text}`)
  return Number(text.replaceAll(',', ''))
}

/** The one link within an element, whose text is a number. */
export function linkedIn(element: Element | undefined): Linked {
  const link = selectOne(element, 'a')
  return { count: numberIn(textOf(link)), href: attributeOf(link, 'href') }
}

interface Heading {
  readonly findings: number
  readonly inspections: number
  readonly national: number
}

/** How many findings a heading says there are, in how many inspections, and how many national; 0 where it names none. */
export function readHeading(page: Element): Heading {
  const heading = textOf(selectOne(page, 'h2.results__count'))
  const [, findings, ofAreas, inspections = '0', national = '0'] =
    /^([\d,]+) findings?(?::? (?:(\d+) )?in ([\d,]+) inspections?(?:, ([\d,]+) national)?|, national)?$/.exec(
      heading,
    ) ?? []
  const isNational = heading.endsWith(', national')
  const all = numberIn(findings ?? heading)
  if (ofAreas !== undefined && numberIn(ofAreas) + numberIn(national) !== all) throw new Error(heading)
  return {
    findings: all,
    inspections: numberIn(inspections),
    national: isNational ? all : numberIn(national),
  }
}

/** How many findings the API lists at a link of a page; each link is asked for once. */
export function totalsOf(api: TestApp): (href: string) => Promise<number> {
  const known = new Map<string, Promise<number>>()
  const ask = async (href: string) => {
    const address = `/v1${href}${href.includes('?') ? '&' : '?'}limit=1&fields=id`
    return (await api.read<List<unknown>>(address)).page.total
  }
  return (href) => {
    const total = known.get(href) ?? ask(href)
    known.set(href, total)
    return total
  }
}

/** Every finding the API lists at a link of a page. */
export async function listAt<T>(api: TestApp, href: string): Promise<T[]> {
  const address = href.includes('limit=') ? href : `${href}${href.includes('?') ? '&' : '?'}limit=500`
  const { data, page } = await api.read<List<T>>(address)
  return page.next === null ? [...data] : [...data, ...(await listAt<T>(api, page.next))]
}

export const readItem = async <T>(api: TestApp, address: string): Promise<T> =>
  (await api.read<Item<T>>(address)).data

export interface Counts {
  readonly total: number
  readonly strength: number
  readonly area_for_improvement: number
  readonly context: number
}

/** Asks for each item, a few at a time: a server asked for everything at once answers 503. */
export async function askEach<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let at = 0; at < items.length; at += 6) {
    answers.push(...(await Promise.all(items.slice(at, at + 6).map(ask))))
  }
  return answers
}
