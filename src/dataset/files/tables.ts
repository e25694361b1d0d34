// The tables of a release, each with its columns, keys and rows: what every file of it is made from. Pure.
import type { TSchema } from 'typebox'
import type { Cell } from '../../lib/csv.ts'
import { recordTable } from '../../lib/record-table.ts'
import type { Content } from '../content.ts'
import { cellsOf, findingColumnNames, findingColumns } from '../finding-table.ts'
import { EvidenceRecord, FindingRecord, fileStems, PublicationRecord, recordSchemas } from '../records.ts'
import type { Snapshot } from '../snapshot.ts'

export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date' | 'yearmonth' | 'uri'
  /** Whether a cell holds several values of that type. */
  readonly isList: boolean
  readonly isRequired: boolean
  readonly description: string
  /** The closed set of its values; null where any may occur. */
  readonly values: readonly string[] | null
  /** The table whose `id` it holds; null where it refers to none. */
  readonly refersTo: string | null
}

export interface Table {
  /** Plural name, also that of its CSV, for example `findings`. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

// The one column of every table that only a service can fill.
const served = 'url'

const references: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  programmes: { overview_report: 'publications' },
  publications: { inspection: 'inspections' },
  agencies: { broader: 'agencies' },
  themes: { broader: 'themes' },
  inspections: {
    programme: 'programmes',
    area: 'areas',
    letter: 'publications',
    inspectorates: 'inspectorates',
    response_lead: 'agencies',
    response_contributors: 'agencies',
  },
  findings: {
    programme: 'programmes',
    inspection: 'inspections',
    area: 'areas',
    agencies: 'agencies',
    themes: 'themes',
  },
  evidence: { finding: 'findings', publication: 'publications' },
}

/** Every table: the code lists and documents in the order they refer to one another, then findings and evidence. */
export function tablesOf({ snapshot, findings }: Content): Table[] {
  const lists = (
    ['programme', 'inspectorate', 'area', 'publication', 'agency', 'theme', 'inspection'] as const
  ).map((entity): Table => {
    const { rowOf } = recordTable(recordSchemas[entity])
    const name = fileStems[entity]
    return {
      name,
      title: name.charAt(0).toUpperCase() + name.slice(1),
      description: descriptionOf(recordSchemas[entity]),
      columns: columnsOf(name, recordSchemas[entity].properties),
      primaryKey: ['id'],
      rows: [...snapshot[entity].values()].map(rowOf),
    }
  })
  return [...lists, findingTable(snapshot, findings), evidenceTable(findings)]
}

function findingTable(snapshot: Snapshot, findings: Content['findings']): Table {
  const cells = cellsOf({
    areas: [...snapshot.area.values()],
    publications: [...snapshot.publication.values()],
    agencies: [...snapshot.agency.values()],
    themes: [...snapshot.theme.values()],
  })
  const names = findingColumnNames.filter((name) => name !== served)
  const { [served]: _served, ...columns } = findingColumns
  return {
    name: 'findings',
    title: 'Findings',
    description: descriptionOf(FindingRecord),
    columns: columnsOf('findings', columns),
    primaryKey: ['id'],
    rows: findings.map((finding) => names.map((name) => cells[name](finding))),
  }
}

function evidenceTable(findings: Content['findings']): Table {
  const columns = {
    finding: FindingRecord.properties.id,
    position: { type: 'integer', description: 'Order within the finding, from 1.' },
    ...EvidenceRecord.properties,
    url: PublicationRecord.properties.url,
  }
  return {
    name: 'evidence',
    title: 'Evidence',
    description:
      'Where each finding stands: first the document it was read in, then others that repeat it. In the order of the findings.',
    columns: columnsOf('evidence', columns),
    primaryKey: ['finding', 'position'],
    rows: findings.flatMap(({ id, evidence }) =>
      evidence.map(({ publication, relation, page, heading, item, url }, index) => [
        id,
        index + 1,
        publication,
        relation,
        page,
        heading,
        item,
        url,
      ]),
    ),
  }
}

const columnsOf = (table: string, properties: Readonly<Record<string, TSchema>>): Column[] =>
  Object.entries(properties).map(([name, schema]) => describeColumn(table, name, schema))

/** A JSON Schema as far as the records use it. */
interface Described {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly items?: Described
  readonly anyOf?: readonly Described[]
  readonly minItems?: number
}

const descriptionOf = ({ description = '' }: Described): string => description

function describeColumn(table: string, name: string, schema: Described): Column {
  const isNullable = schema.anyOf?.some(({ type }) => type === 'null') ?? false
  const plain = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
  const value = plain.items ?? plain
  return {
    name,
    type: typeOf(value),
    isList: plain.items !== undefined,
    isRequired: plain.items === undefined ? !isNullable : (plain.minItems ?? 0) > 0,
    description: schema.description ?? plain.description ?? '',
    values: value.enum ?? null,
    refersTo: references[table]?.[name] ?? null,
  }
}

function typeOf({ type, format, pattern = '' }: Described): Column['type'] {
  if (type === 'integer') return 'integer'
  if (format === 'date') return 'date'
  if (format === 'uri' || pattern.startsWith('^https?')) return 'uri'
  return pattern.endsWith('(0[1-9]|1[0-2])$') ? 'yearmonth' : 'string'
}
