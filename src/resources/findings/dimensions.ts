// The dimensions findings are counted by: their values in code-list order, and the filters that select a value. Pure.
import type { Edition } from '../../db/catalogue.ts'
import { withNarrower } from '../../lib/code-tree.ts'
import { monthOf } from '../../lib/dates.ts'
import { bases, kinds, scopes, sections, valueLabels } from '../../lib/vocabulary.ts'
import type { Dimension, FindingFilters } from './findings.schema.ts'

/** A value of a dimension; `id` is null for the findings that have none, the national ones. */
export interface Value {
  readonly id: string | null
  readonly label: string
  /** The value above it in its code list; null at the top and where there is no hierarchy. */
  readonly broader: string | null
}

const flat = (id: string, label: string): Value => ({ id, label, broader: null })
const named = (values: readonly string[]): Value[] => values.map((id) => flat(id, valueLabels[id] ?? id))

const lists: Readonly<Record<Dimension, (codes: Edition['codes']) => Value[]>> = {
  area: ({ areas }) => areas.map(({ id, name }) => flat(id, name)),
  agency: ({ agencies }) => agencies.map(({ id, label, broader }) => ({ id, label, broader })),
  theme: ({ themes }) => themes.map(({ id, label, broader }) => ({ id, label, broader })),
  kind: () => named(kinds),
  section: () => named(sections),
  basis: () => named(bases),
  scope: () => named(scopes),
  inspection: ({ inspections, areas }) =>
    inspections.map(({ id, area, fieldwork_start }) => {
      const name = areas.find((one) => one.id === area)?.name ?? area
      return flat(id, `${name}, ${monthOf(fieldwork_start)}`)
    }),
  programme: ({ programmes }) => programmes.map(({ id, name }) => flat(id, name)),
  publication: ({ publications }) => publications.map(({ id, title }) => flat(id, title)),
  region: ({ areas }) =>
    [...new Map(areas.map(({ region, region_name }) => [region, region_name]))].map(([id, label]) =>
      flat(id, label),
    ),
}

/** National findings have no area, inspection or region. */
const emptyable: readonly Dimension[] = ['area', 'inspection', 'region']
const national: Value = { id: null, label: 'National', broader: null }

/** Every value a finding can have under the filters; National last, unless `scope` leaves national findings out. */
export function valuesOf(dimension: Dimension, { codes }: Edition, { scope }: FindingFilters): Value[] {
  const hasNational = emptyable.includes(dimension) && (scope?.includes('national') ?? true)
  return [...lists[dimension](codes), ...(hasNational ? [national] : [])]
}

/** The filters with one dimension narrowed to a value. */
export function selectValue(
  filters: FindingFilters,
  dimension: Dimension,
  { id }: Pick<Value, 'id'>,
): FindingFilters {
  const { [dimension]: _own, ...others } = filters
  return id === null ? { ...others, scope: ['national'] } : { ...others, [dimension]: [id] }
}

/** The codes of a list that a filter means: the codes chosen, and unless `rollup` is false those below them. */
export const chosenCodes = (
  codes: Edition['codes']['agencies'],
  chosen: readonly string[],
  rollup: boolean | undefined,
): string[] => (rollup === false ? [...new Set(chosen)] : withNarrower(codes, chosen))
