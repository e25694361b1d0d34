// What a release changed, one event a record, as its readers see it: complete records, and what follows from others. Pure.
import { changedValues } from '../lib/changed-values.ts'
import { type CompleteFinding, compare, completeFinding, type WireRecord } from './content.ts'
import type { AnyRecord, Entity, RecordOf } from './records.ts'
import { keyOf, type Snapshot, type Step } from './snapshot.ts'

export interface ChangeEvent extends Omit<Step, 'before' | 'after'> {
  /** The inspection the record is about; null where it is about none or several. */
  readonly inspection: string | null
  readonly changed_fields: readonly string[]
  readonly before: WireRecord | null
  readonly after: WireRecord | null
}

/** The events of the steps from one snapshot to the next, then one for each finding that changes only with them. */
export function listEvents(before: Snapshot, after: Snapshot, steps: readonly Step[]): ChangeEvent[] {
  const events = steps.map((step) =>
    toEvent(step, complete(before, step, step.before), complete(after, step, step.after)),
  )
  return [...events, ...followEvents(before, after, steps)]
}

function complete(snapshot: Snapshot, { entity, id }: Step, record: AnyRecord | null): WireRecord | null {
  const finding = entity === 'finding' ? snapshot.finding.get(id) : undefined
  if (finding !== undefined) return completeFinding(snapshot, finding)
  return record === null || isFinding(record) ? null : record
}

const isFinding = (record: AnyRecord): record is RecordOf<'finding'> => 'evidence' in record

const toEvent = (
  { type, entity, id, reason, replaced_by }: Step,
  before: WireRecord | null,
  after: WireRecord | null,
): ChangeEvent => ({
  type,
  entity,
  id,
  inspection: inspectionOf(entity, after ?? before),
  reason,
  replaced_by,
  changed_fields: changedFields(before, after),
  before,
  after,
})

function inspectionOf(entity: Entity, record: WireRecord | null): string | null {
  if (record === null) return null
  if (entity === 'inspection') return record.id
  return 'inspection' in record ? record.inspection : null
}

/** Names of the fields that differ, in alphabetical order: all of them where there is but one record. */
const changedFields = (before: object | null, after: object | null): string[] =>
  changedValues(before, after)
    .map(({ field }) => field)
    .sort(compare)

/** A finding takes area, region, date and addresses from others: it changes when they do. */
function followEvents(before: Snapshot, after: Snapshot, steps: readonly Step[]): ChangeEvent[] {
  const corrected = new Map(
    steps.filter(({ type }) => type === 'corrected').map((step) => [keyOf(step.entity, step.id), step]),
  )
  const isCause = ({ entity }: Step) =>
    entity === 'inspection' || entity === 'area' || entity === 'publication'
  if (![...corrected.values()].some(isCause)) return []
  const touched = new Set(steps.map(({ entity, id }) => keyOf(entity, id)))
  const events: ChangeEvent[] = []
  for (const [id, finding] of after.finding) {
    const old = before.finding.get(id)
    if (old === undefined || touched.has(keyOf('finding', id))) continue
    const causes = causesOf(completeFinding(after, finding)).flatMap((key) => corrected.get(key) ?? [])
    if (causes.length === 0) continue
    const [was, is] = [completeFinding(before, old), completeFinding(after, finding)]
    if (changedFields(was, is).length === 0) continue
    const reason = causes
      .map((cause) => `Follows from ${cause.entity} ${cause.id}: ${cause.reason}`)
      .join(' ')
    events.push(toEvent({ ...follow, id, reason }, was, is))
  }
  return events
}

const follow = { type: 'corrected', entity: 'finding', replaced_by: null, before: null, after: null } as const

const causesOf = ({ inspection, area, publication, evidence }: CompleteFinding): string[] => [
  ...new Set([
    keyOf('inspection', inspection ?? ''),
    keyOf('area', area ?? ''),
    keyOf('publication', publication),
    ...evidence.map((one) => keyOf('publication', one.publication)),
  ]),
]
