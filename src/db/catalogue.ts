// The releases this instance has seen, with their code lists. A release never changes, so what is read once stays.
import { setTimeout as sleep } from 'node:timers/promises'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { problem } from '../errors.ts'
import type { Reader } from './client.ts'
import { loadRegister } from './read-register.ts'

const pollInterval = 2_000
const editionsKept = 50

export type Release = Awaited<ReturnType<typeof readReleases>>[number]
type CodeLists = Awaited<ReturnType<typeof readCodeLists>>

type FileList = Awaited<ReturnType<typeof readFiles>>

/** A release together with its documents, code lists and the list of its files: all but the findings. */
export interface Edition {
  readonly release: Release
  readonly codes: CodeLists
  readonly files: FileList
}

export interface Catalogue {
  /** The highest release; throws a 503 problem while none has been seen. */
  current(): Edition
  /** The edition of a version, or null when this instance has not seen that release. */
  find(version: string): Promise<Edition | null>
  /** Every release seen, newest first. */
  releases(): readonly Release[]
  /** null while the database answers; otherwise since when it does not. */
  failingSince(): Date | null
  hasRelease(): boolean
  /** Calls back for every release seen from now on; returns how to end that. */
  onRelease(listener: () => void): () => void
  stop(): void
}

interface Options {
  readonly onChange?: (release: Release) => void
  readonly onFailure?: (error: unknown) => void
}

/** Reads what is there, then asks every 2 s: the only way an instance learns of a release. */
export async function openCatalogue(db: Reader, { onChange, onFailure }: Options = {}): Promise<Catalogue> {
  const stopped = new AbortController()
  const editions = new Map<string, Promise<Edition>>()
  const listeners = new Set<() => void>()
  let releases: readonly Release[] = []
  let current: Edition | null = null
  let failingSince: Date | null = null

  const load = (release: Release): Promise<Edition> => {
    const known = editions.get(release.version)
    if (known !== undefined) return known
    const edition = Promise.all([readCodeLists(db, release.id), readFiles(db, release.id)]).then(
      ([codes, files]) => ({ release, codes, files }),
    )
    edition.catch(() => editions.delete(release.version))
    editions.set(release.version, edition)
    const [oldest] = editions.keys()
    if (editions.size > editionsKept && oldest !== undefined) editions.delete(oldest)
    return edition
  }

  const refresh = async () => {
    const { id } = await db
      .selectFrom('release_file')
      .select((eb) => eb.fn.max('release_id').as('id'))
      .executeTakeFirstOrThrow()
    if (id === null || id === current?.release.id) return
    const seen = await readReleases(db)
    const [highest] = seen
    if (highest === undefined) return
    const edition = await load(highest)
    await loadRegister(db, edition) // no request waits for it
    releases = seen
    current = edition
    onChange?.(highest)
    for (const listener of listeners) listener()
  }

  const watch = async () => {
    while (!stopped.signal.aborted) {
      await sleep(pollInterval, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined)
      if (stopped.signal.aborted) return
      try {
        await refresh()
        failingSince = null
      } catch (error) {
        if (failingSince === null) onFailure?.(error)
        failingSince ??= new Date()
      }
    }
  }

  await refresh()
  void watch()
  return {
    current: () => {
      if (current !== null) return current
      throw problem('service-unavailable', 'No release of the data set has been published yet.', {
        retryAfter: 5,
      })
    },
    find: async (version) => {
      const release = releases.find((one) => one.version === version)
      return release === undefined ? null : load(release)
    },
    releases: () => releases,
    failingSince: () => failingSince,
    hasRelease: () => current !== null,
    onRelease: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => stopped.abort(),
  }
}

// A release whose files are not made yet, as after a migration that asks for more of them, is not published.
const readReleases = (db: Reader) =>
  db
    .selectFrom('release')
    .select(['id', 'version', 'released_at', 'coded_on', 'notes', 'content_sha256'])
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('release_file').select('name').whereRef('release_id', '=', 'release.id')),
    )
    .orderBy('id', 'desc')
    .execute()

const readFiles = (db: Reader, releaseId: number) =>
  db
    .selectFrom('release_file')
    .select(['name', 'description', 'media_type', 'bytes', 'sha256'])
    .where('release_id', '=', releaseId)
    .orderBy('position')
    .execute()

async function readCodeLists(db: Reader, releaseId: number) {
  const [programmes, inspectorates, areas, inspections, publications, agencies, themes] = await Promise.all([
    db
      .selectFrom('programme')
      .select([
        'id',
        'name',
        'theme',
        'started_in',
        'ended_in',
        'legal_basis',
        'announced_on',
        'overview_report',
      ])
      .select('facts')
      .where('release_id', '=', releaseId)
      .orderBy('position')
      .execute(),
    db
      .selectFrom('inspectorate')
      .select(['id', 'name', 'note'])
      .where('release_id', '=', releaseId)
      .orderBy('position')
      .execute(),
    db
      .selectFrom('area')
      .select(['id', 'name', 'local_authority', 'gss_code', 'authority_type', 'region', 'region_name'])
      .select(['region_gss_code', 'police_force', 'police_force_area_gss_code', 'ofsted_urn'])
      .where('release_id', '=', releaseId)
      .orderBy('position')
      .execute(),
    readInspections(db, releaseId),
    db
      .selectFrom('publication')
      .select(['id', 'type', 'title', 'publisher', 'published_on', 'url', 'pages', 'sha256', 'licence'])
      .select(['inspection_id as inspection', 'note'])
      .where('release_id', '=', releaseId)
      .orderBy('position')
      .execute(),
    readCodes(db, 'agency', releaseId),
    readCodes(db, 'theme', releaseId),
  ])
  return { programmes, inspectorates, areas, inspections, publications, agencies, themes }
}

const readCodes = (db: Reader, table: 'agency' | 'theme', releaseId: number) =>
  db
    .selectFrom(table)
    .select(['id', 'label', 'definition', 'broader'])
    .where('release_id', '=', releaseId)
    .orderBy('position')
    .execute()

async function readInspections(db: Reader, releaseId: number) {
  const rows = await db
    .selectFrom('inspection')
    .select(['id', 'programme_id as programme', 'area_id as area', 'fieldwork_start', 'fieldwork_end'])
    .select(['published_on', 'letter_id as letter', 'response_lead', 'response_due_on'])
    .select(['safeguarding_children_board', 'health_bodies_named'])
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('inspection_inspectorate as link')
          .select('link.inspectorate_id as id')
          .whereRef('link.release_id', '=', 'inspection.release_id')
          .whereRef('link.inspection_id', '=', 'inspection.id')
          .orderBy('link.position'),
      ).as('inspectorates'),
      jsonArrayFrom(
        eb
          .selectFrom('inspection_response_contributor as link')
          .select('link.agency_id as id')
          .whereRef('link.release_id', '=', 'inspection.release_id')
          .whereRef('link.inspection_id', '=', 'inspection.id')
          .orderBy('link.position'),
      ).as('response_contributors'),
    ])
    .where('release_id', '=', releaseId)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    ...row,
    inspectorates: row.inspectorates.map(({ id }) => id),
    response_contributors: row.response_contributors.map(({ id }) => id),
  }))
}
