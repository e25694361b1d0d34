// The sheets of an export of findings: the findings, each code list, and what must be said of them.
import {
  AgencyRecord,
  AreaRecord,
  InspectionRecord,
  PublicationRecord,
  ThemeRecord,
} from '../../dataset/records.ts'
import type { Scope } from '../../http/scope.ts'
import { countingNote } from '../../lib/about.ts'
import { describeAnswer } from '../../lib/answers.ts'
import { recordTable } from '../../lib/record-table.ts'
import type { Sheet } from '../../lib/workbook.ts'
import type { Finding } from './findings.schema.ts'
import type { Table } from './findings.table.ts'

export async function* findingSheets(
  slices: AsyncIterable<readonly Finding[]>,
  scope: Scope,
  { columns, rowOf }: Table,
): AsyncGenerator<Sheet> {
  let total = 0
  const rows = async function* () {
    for await (const findings of slices) {
      total += findings.length
      yield findings.map(rowOf)
    }
  }
  yield { name: 'Findings', columns, rows: rows() }
  yield* codeSheets(scope)
  yield { name: 'About', columns: ['about', 'text'], rows: [describe(scope, total)] }
}

function codeSheets({ edition: { codes } }: Scope): Sheet[] {
  const sheets = [
    ['Areas', AreaRecord, codes.areas],
    ['Inspections', InspectionRecord, codes.inspections],
    ['Publications', PublicationRecord, codes.publications],
    ['Agencies', AgencyRecord, codes.agencies],
    ['Themes', ThemeRecord, codes.themes],
  ] as const
  return sheets.map(([name, schema, records]) => {
    const { columns, rowOf } = recordTable(schema)
    return { name, columns, rows: [records.map(rowOf)] }
  })
}

function describe(scope: Scope, total: number) {
  const { release, released_at, query, permalink, citation, licence, attribution, caveats } =
    describeAnswer(scope)
  return [
    ['Release', release],
    ['Released at', released_at],
    ['Address', permalink],
    ['Query', query],
    ['Findings', total],
    ['How to cite', citation],
    ['Licence', `${licence.name}, ${licence.url}`],
    ['Attribution', attribution],
    ...caveats.map((caveat) => ['Caveat', caveat]),
    ['Note on counting', countingNote],
  ]
}
