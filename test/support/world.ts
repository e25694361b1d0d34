// What there is to ask a server for, learnt from its answers: identifiers, links with cursors, validators.
import { problemTypes } from '../../src/errors.ts'
import type { World } from './shots.ts'

const lists = ['areas', 'inspections', 'publications', 'agencies', 'themes', 'findings'] as const
/** Links further on are found in the first pages of these. */
const walks = `
  /v1 /v1/areas?limit=1 /v1/themes?limit=2 /v1/changes?limit=2 /v1/findings?limit=2 /v1/findings?limit=3&sort=-id
  /v1/releases/1.0.0/findings.csv /openapi.json /v1/findings/facets
`
  .trim()
  .split(/\s+/)

interface Some {
  readonly data: readonly {
    readonly id: string
    readonly name?: string
    readonly version?: string
    readonly programme?: string
    readonly region?: string
  }[]
}

export async function learnWorld(url: string): Promise<World> {
  const read = async (path: string): Promise<Some> => JSON.parse(await (await fetch(url + path)).text())
  const ids: Record<string, string[]> = {}
  for (const list of lists) ids[list] = (await read(`/v1/${list}`)).data.map(({ id }) => id)
  const versions = (await read('/v1/releases')).data.map(({ version = '' }) => version)
  const files = (await read(`/v1/releases/${versions[0]}/files`)).data.map(({ name = '' }) => name)
  const { data: areas } = await read('/v1/areas')
  const { data: inspections } = await read('/v1/inspections')
  const links: string[] = []
  const seen: World['seen'][number][] = []
  for (const walk of [...walks, ...files.map((name) => `/v1/releases/1.0.0/files/${name}`)]) {
    const answer = await fetch(url + walk)
    seen.push({ target: walk, etag: answer.headers.get('etag') ?? '' })
    links.push(
      ...(await answer.text())
        .matchAll(/"(?:next|prev|next_since|self|permalink)":"(http[^"]+)"/g)
        .map(([, link = '']) => link.replace(url, '')),
    )
  }
  const of = (list: (typeof lists)[number]) => ids[list] ?? []
  return {
    values: {
      ...Object.fromEntries(lists.map((list) => [`${list}/id`, of(list)])),
      'problems/type': Object.keys(problemTypes),
      'releases/version': [...versions, 'latest'],
      'files/name': files,
      ...{ area: of('areas'), agency: of('agencies'), theme: of('themes'), publication: of('publications') },
      inspection: of('inspections'),
      programme: [...new Set(inspections.map(({ programme = '' }) => programme))],
      region: [...new Set(areas.map(({ region = '' }) => region))],
      from: versions,
      q: [
        'children',
        'school',
        'schools or planning',
        '"the plan"',
        'children -school',
        'northmoor-2016-001',
        'zqmark',
      ],
      url: [
        '/v1/areas',
        '/v1/findings?area=northmoor',
        `${url}/v1/findings/northmoor-2016-001`,
        '/v1/releases/1.0.0/themes.csv',
      ],
    },
    links,
    seen,
  }
}
