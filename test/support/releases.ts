// The invented world, and copies of it that a test may edit record by record.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { parse, stringify } from 'yaml'
import { releasesFolder } from '../../src/dataset/build.ts'
import { hashFolder, listReleases } from '../../src/dataset/read.ts'
import { writeSeals } from '../../src/dataset/seals.ts'
import { makeFolder } from './folders.ts'

export const fixtureReleases = join(import.meta.dirname, '../fixtures/releases')

/** The newest release of the real data set, by the name of its folder. */
export const realRelease = listReleases(releasesFolder).at(-1) ?? ''

type Fields = Readonly<Record<string, unknown>>

/** Copies the invented releases and returns the folder that holds them. */
export function copyReleases(t: Test): string {
  const root = join(makeFolder(t), 'releases')
  cpSync(fixtureReleases, root, { recursive: true })
  return root
}

/** Seals every release as it stands now, which no command does for the real ones. */
export function sealReleases(root: string): void {
  writeSeals(root, new Map(listReleases(root).map((version) => [version, hashFolder(join(root, version))])))
}

/** Sets fields of one record of a file; a field set to undefined is left out. */
export function editRecord(root: string, file: string, id: string, fields: Fields): void {
  const records = readRecords(root, file)
  if (!records.some((record) => record.id === id)) throw new Error(`${file} has no ${id} to edit`)
  const edited = records.map((record) => (record.id === id ? { ...record, ...fields } : record))
  writeFile(root, file, stringify(edited))
}

/** Adds records to a list that may exist already. */
export function addRecords(root: string, file: string, ...records: Fields[]): void {
  writeFile(root, file, stringify([...readRecords(root, file), ...records]))
}

function readRecords(root: string, file: string): Fields[] {
  return existsSync(join(root, file)) ? parse(readFileSync(join(root, file), 'utf8')) : []
}

/** Begins a release after 1.1.0. */
export function addRelease(root: string, version: string, fields: Fields = {}): void {
  const release = { version, released_at: '2022-01-01T00:00:00Z', coded_on: '2021-12-31', notes: 'Next.' }
  writeFile(root, `${version}/release.yaml`, stringify({ ...release, ...fields }))
}

export function writeFile(root: string, file: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}
