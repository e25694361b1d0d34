// The rules a whole release must meet: references, dates, pages, identifiers, the step of its version. Pure.
import type { ChangeEvent } from './events.ts'
import type { Issue } from './issues.ts'
import type { ReleaseFolder } from './read.ts'
import type { Entity, RecordOf, ReleaseFile } from './records.ts'
import { type History, keyOf, type Snapshot } from './snapshot.ts'

type Report = (field: string, message: string) => void

/** Every rule between records; the issues name the file each record was last written in. */
export function checkSnapshot({ snapshot, written }: History): Issue[] {
  const issues: Issue[] = []
  const reporter =
    (entity: Entity, id: string): Report =>
    (field, message) =>
      issues.push({ file: written.get(keyOf(entity, id)) ?? '', record: id, field, message })

  for (const record of snapshot.programme.values())
    checkProgramme(snapshot, record, reporter('programme', record.id))
  for (const record of snapshot.area.values()) checkArea(snapshot, record, reporter('area', record.id))
  for (const record of snapshot.publication.values()) {
    refer(snapshot, 'inspection', record.inspection, 'inspection', reporter('publication', record.id))
  }
  for (const entity of ['agency', 'theme'] as const) {
    for (const record of snapshot[entity].values())
      checkBroader(snapshot, entity, record, reporter(entity, record.id))
  }
  for (const record of snapshot.inspection.values())
    checkInspection(snapshot, record, reporter('inspection', record.id))
  for (const record of snapshot.finding.values())
    checkFinding(snapshot, record, reporter('finding', record.id))
  return issues
}

function refer<E extends Entity>(
  snapshot: Snapshot,
  entity: E,
  id: string | null,
  field: string,
  report: Report,
): RecordOf<E> | undefined {
  if (id === null) return undefined
  const found = snapshot[entity].get(id)
  if (found === undefined) {
    const codes = [...snapshot[entity].keys()]
    const allowed = codes.length > 60 ? `a ${entity} of this release` : codes.join(', ')
    report(field, `there is no ${entity} ${id}. Allowed: ${allowed}`)
  }
  return found
}

function checkProgramme(snapshot: Snapshot, record: RecordOf<'programme'>, report: Report): void {
  refer(snapshot, 'publication', record.overview_report, 'overview_report', report)
  if (record.started_in > record.ended_in) report('ended_in', `is before started_in, ${record.started_in}`)
}

// Areas name their region each for itself: the first one that names it is held to be right.
function checkArea(snapshot: Snapshot, record: RecordOf<'area'>, report: Report): void {
  const areas = [...snapshot.area.values()]
  const twin = areas.find(({ gss_code }) => gss_code === record.gss_code) ?? record
  if (twin.id !== record.id) report('gss_code', `is that of ${twin.id} already`)
  const first = areas.find(({ region }) => region === record.region) ?? record
  for (const field of ['region_name', 'region_gss_code'] as const) {
    if (record[field] !== first[field]) {
      report(field, `must be what ${first.id} says of ${record.region}, ${first[field]}`)
    }
  }
}

function checkBroader(
  snapshot: Snapshot,
  entity: 'agency' | 'theme',
  record: RecordOf<'agency'>,
  report: Report,
): void {
  refer(snapshot, entity, record.broader, 'broader', report)
  const above = new Set([record.id])
  for (let id = record.broader; id !== null; id = snapshot[entity].get(id)?.broader ?? null) {
    if (above.has(id)) {
      report('broader', `goes round in a circle: ${[...above, id].join(' → ')}`)
      return
    }
    above.add(id)
  }
}

function checkInspection(snapshot: Snapshot, record: RecordOf<'inspection'>, report: Report): void {
  refer(snapshot, 'programme', record.programme, 'programme', report)
  refer(snapshot, 'area', record.area, 'area', report)
  refer(snapshot, 'agency', record.response_lead, 'response_lead', report)
  for (const id of record.response_contributors)
    refer(snapshot, 'agency', id, 'response_contributors', report)
  for (const id of record.inspectorates) refer(snapshot, 'inspectorate', id, 'inspectorates', report)
  const letter = refer(snapshot, 'publication', record.letter, 'letter', report)
  if (letter && letter.type !== 'inspection_letter')
    report('letter', `${letter.id} is not an inspection_letter but: ${letter.type}`)
  if (letter && letter.inspection !== record.id)
    report('letter', `${letter.id} is the letter of ${letter.inspection}`)
  if (letter && letter.published_on !== record.published_on) {
    report('published_on', `must be the date of the letter, ${letter.published_on}`)
  }
  const stem = `${record.area}-${record.fieldwork_start.slice(0, 4)}`
  if (record.id.replace(/-[b-z]$/, '') !== stem) report('id', `must be ${stem}, or ${stem}-b and so on`)
  if (record.fieldwork_end < record.fieldwork_start)
    report('fieldwork_end', `is before fieldwork_start, ${record.fieldwork_start}`)
  if (record.published_on < record.fieldwork_end)
    report('published_on', `is before fieldwork_end, ${record.fieldwork_end}`)
  if (record.response_due_on !== null && record.response_due_on < record.published_on) {
    report('response_due_on', `is before published_on, ${record.published_on}`)
  }
}

function checkFinding(snapshot: Snapshot, record: RecordOf<'finding'>, report: Report): void {
  refer(snapshot, 'programme', record.programme, 'programme', report)
  for (const id of record.agencies) refer(snapshot, 'agency', id, 'agencies', report)
  for (const id of record.themes) refer(snapshot, 'theme', id, 'themes', report)
  const inspection = refer(snapshot, 'inspection', record.inspection, 'inspection', report)
  const publication = refer(snapshot, 'publication', record.publication, 'publication', report)
  if (publication?.published_on === null) {
    report('publication', `${publication.id} has no publication date; a finding is of a dated document`)
  }
  if (inspection && inspection.programme !== record.programme) {
    report('programme', `must be that of the inspection, ${inspection.programme}`)
  }
  if (inspection && record.id.replace(/-[0-9]+$/, '') !== inspection.id)
    report('id', `must be ${inspection.id}- and a number`)
  if (
    record.inspection === null &&
    [...snapshot.inspection.keys()].some((id) => record.id.startsWith(`${id}-`))
  ) {
    report('id', 'begins like an inspection, but the finding has none')
  }
  if (inspection && publication && publication.inspection !== inspection.id) {
    report('publication', `${publication.id} is not about ${inspection.id}`)
  }
  if (record.evidence[0]?.relation !== record.basis) {
    report('basis', `is ${record.basis}, but the first evidence is ${record.evidence[0]?.relation}`)
  }
  record.evidence.forEach((evidence, index) => {
    const field = `evidence.${index}`
    const source = refer(snapshot, 'publication', evidence.publication, `${field}.publication`, report)
    if (source === undefined) return
    if (source.pages === null && evidence.page !== null)
      report(`${field}.page`, `${source.id} has no known pages; use null`)
    if (source.pages !== null && evidence.page === null)
      report(`${field}.page`, `is missing. Allowed: 1 to ${source.pages}`)
    if (source.pages !== null && (evidence.page ?? 0) > source.pages) {
      report(
        `${field}.page`,
        `${evidence.page} is beyond the last page of ${source.id}. Allowed: 1 to ${source.pages}`,
      )
    }
  })
}

/** The version must be the next patch, minor or major one, and no smaller a step than the changes ask for. */
export function checkRelease(
  folder: ReleaseFolder,
  previous: ReleaseFile | null,
  events: readonly ChangeEvent[],
): Issue[] {
  const issues: Issue[] = []
  const { release } = folder
  if (release === null) return issues
  const report: Report = (field, message) =>
    issues.push({ file: `${folder.name}/release.yaml`, field, message })
  const allowed = previous === null ? ['1.0.0'] : nextVersions(previous.version).slice(smallestStep(events))
  if (!allowed.includes(release.version)) {
    report(
      'version',
      `${release.version} is the wrong step after ${previous?.version ?? 'nothing'} for these changes. Allowed: ${allowed.join(', ')}`,
    )
  }
  if (previous !== null && release.released_at <= previous.released_at) {
    report('released_at', `must be later than that of ${previous.version}, ${previous.released_at}`)
  }
  if (release.coded_on > release.released_at.slice(0, 10))
    report('coded_on', 'must not be later than released_at')
  const written = [
    ...folder.added,
    ...folder.corrected,
    ...folder.withdrawn,
    ...folder.restored,
    ...folder.issues,
  ]
  if (written.length === 0) report('version', 'the release changes nothing')
  return issues
}

function nextVersions(version: string): string[] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`]
}

/** 0 corrections, 1 records added or withdrawn, 2 a code removed or moved: PATCH, MINOR, MAJOR. */
function smallestStep(events: readonly ChangeEvent[]): 0 | 1 | 2 {
  const isCode = (event: ChangeEvent) => event.entity === 'agency' || event.entity === 'theme'
  const breaks = (event: ChangeEvent) =>
    isCode(event) &&
    (event.type === 'withdrawn' || (event.type === 'corrected' && event.changed_fields.includes('broader')))
  if (events.some(breaks)) return 2
  return events.some((event) => event.type !== 'corrected') ? 1 : 0
}
