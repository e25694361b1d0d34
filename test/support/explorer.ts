// The explorer on the real data, listening, and the paths of every kind of page it has.
import type { Test } from 'tap'
import { openApp, type TestApp } from './app.ts'
import { freePort } from './process.ts'

/** One page of each kind, and the states a page of findings can be in. */
export const pagePaths = [
  '/',
  '/?show=both',
  '/findings',
  '/findings?agency=police&area=bradford,hounslow&kind=area_for_improvement',
  '/findings?q=%22one%20stop%20shop%22',
  '/findings?q=zebra',
  '/findings/salford-2016-101',
  '/findings?theme=information-sharing&limit=50',
  '/areas',
  '/areas/salford',
  '/agencies',
  '/agencies/police',
  '/agencies/midwifery',
  '/themes/marac',
  '/releases',
  '/about',
] as const

/** Tells the overview and the states of the list of findings from the other pages. */
export const isOfFindings = (path: string): boolean => /^\/($|[?]|findings)/.test(path)

/** Pages that say what is wrong, with the status they have. */
export const problemPaths = [
  ['/findings?area=bradfrod&published_from=soon&colour=red', 400],
  ['/findings/salford-2016-999', 404],
  ['/areas/atlantis', 404],
] as const

/** Serves the real data at an address of its own, which its links name. */
export async function serveExplorer(t: Test): Promise<TestApp & { readonly url: string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const api = await openApp(t, 'real', { publicUrl: url })
  await api.app.listen({ host: '127.0.0.1', port })
  return { ...api, url }
}
