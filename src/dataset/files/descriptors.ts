// What the CSV files hold, for programs: a Frictionless Data Package (v2) and the CSVW metadata of the findings. Pure.
import { attribution, caveats, licence } from '../../lib/about.ts'
import { subject } from '../../lib/citation.ts'
import type { ReleaseFile } from '../records.ts'
import type { Measured } from './pieces.ts'
import type { Column, Table } from './tables.ts'

const separator = ';'

/** https://datapackage.org/standard/data-package/: every CSV with its columns, keys, length and checksum. */
export const dataPackage = (
  release: ReleaseFile,
  contentSha256: string,
  tables: readonly Table[],
  measured: ReadonlyMap<string, Measured>,
) => ({
  $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
  name: 'jtai-findings',
  title: subject,
  description: [release.notes, attribution, ...caveats].join('\n\n'),
  version: release.version,
  created: release.released_at,
  content_sha256: contentSha256,
  licenses: [{ name: licence.id, title: licence.name, path: licence.url }],
  resources: tables.map((table) => ({
    $schema: 'https://datapackage.org/profiles/2.0/dataresource.json',
    name: table.name,
    type: 'table',
    title: table.title,
    description: table.description,
    path: `${table.name}.csv`,
    scheme: 'file',
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    bytes: measured.get(table.name)?.bytes,
    hash: `sha256:${measured.get(table.name)?.sha256}`,
    rows: table.rows.length,
    dialect: { delimiter: ',', lineTerminator: '\r\n', quoteChar: '"', doubleQuote: true, header: true },
    schema: {
      $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
      fields: table.columns.map(describeField),
      primaryKey: table.primaryKey,
      missingValues: [''],
      ...describeReferences(table),
    },
  })),
})

/** Of lists none can be told; a table without any must not name an empty list of them. */
function describeReferences({ name: table, columns }: Table) {
  const foreignKeys = columns.flatMap(({ name, isList, refersTo }) => {
    if (refersTo === null || isList) return []
    // A table that refers to itself is not named, says version 2 of the standard.
    const reference = { ...(refersTo === table ? {} : { resource: refersTo }), fields: ['id'] }
    return [{ fields: [name], reference }]
  })
  return foreignKeys.length === 0 ? {} : { foreignKeys }
}

function describeField({ name, type, isList, isRequired, description, values }: Column) {
  const plain = type === 'uri' ? { type: 'string', format: 'uri' } : { type }
  const constraints = {
    ...(isRequired ? { required: true } : {}),
    ...(values === null || isList ? {} : { enum: values }),
  }
  return {
    name,
    ...(isList ? { type: 'list', itemType: 'string', delimiter: separator } : plain),
    description,
    ...(Object.keys(constraints).length === 0 ? {} : { constraints }),
  }
}

const csvwTypes = {
  string: 'string',
  integer: 'integer',
  date: { base: 'date', format: 'yyyy-MM-dd' },
  yearmonth: 'gYearMonth',
  uri: 'anyURI',
} as const

/** https://www.w3.org/TR/tabular-metadata/: one CSV with its columns, found beside it by name. */
export const csvwMetadata = (release: ReleaseFile, table: Table, { bytes, sha256 }: Measured) => ({
  '@context': ['http://www.w3.org/ns/csvw', { '@language': 'en' }],
  url: `${table.name}.csv`,
  'dc:title': `${subject}, data set ${release.version}`,
  'dc:description': [table.description, attribution, ...caveats].join(' '),
  'dc:license': { '@id': licence.url },
  'dc:issued': { '@value': release.released_at, '@type': 'dateTime' },
  'dc:extent': `${table.rows.length} rows, ${bytes} bytes`,
  'dc:identifier': `sha256:${sha256}`,
  dialect: { delimiter: ',', encoding: 'utf-8', header: true, lineTerminators: ['\r\n'], quoteChar: '"' },
  tableSchema: {
    primaryKey: table.primaryKey,
    columns: table.columns.map(({ name, type, isList, isRequired, description, values }) => ({
      name,
      titles: name,
      'dc:description': description,
      datatype: values === null ? csvwTypes[type] : { base: 'string', format: `^(${values.join('|')})$` },
      null: '',
      ...(isList ? { separator } : {}),
      ...(isRequired ? { required: true } : {}),
    })),
  },
})
