// The tests' own PostgreSQL: one cluster a run, apart from any server's, and a database of its own for each test file.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import { type Owner, openOwner, openReader, type Reader } from '../../src/db/client.ts'
import { queryOnce } from '../../src/db/dialect.ts'

const root = join(import.meta.dirname, '../..')
/** `JTAI_TEST_DATA_DIR` lets two people, or two runs, test one clone at once. */
export const testDataDir = resolve(root, process.env.JTAI_TEST_DATA_DIR ?? '.data/test')
export const addressFile = join(testDataDir, 'address.json')

/** empty: migrated only; fixture: the invented world; real: the committed data set. */
export type Template = 'blank' | 'empty' | 'fixture' | 'real'

export interface TestDatabase {
  readonly ownerUrl: string
  readonly readerUrl: string
  readonly owner: Owner
  readonly reader: Reader
}

interface Address {
  readonly owner: string
  readonly reader: string
}

/** The address of a database of the test cluster, which `test/before.ts` started. */
function testUrl(role: 'owner' | 'reader', database: string): string {
  if (!existsSync(addressFile)) throw new Error('no test cluster: run the tests with npm test')
  const address: Address = JSON.parse(readFileSync(addressFile, 'utf8'))
  return address[role].replace('/jtai?', `/${database}?`)
}

/** Makes a database from a template in some 50 ms; it is dropped when the test file ends. */
export async function createDatabase(t: Test, template: Template): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = testUrl('owner', 'postgres')
  await queryOnce(
    admin,
    `CREATE DATABASE ${name} TEMPLATE ${template === 'blank' ? 'template0' : `template_${template}`}`,
  )
  const [ownerUrl, readerUrl] = [testUrl('owner', name), testUrl('reader', name)]
  const owner = openOwner(ownerUrl)
  const reader = openReader(readerUrl)
  t.teardown(async () => {
    await Promise.all([owner.destroy(), reader.destroy()])
    await queryOnce(admin, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  return { ownerUrl, readerUrl, owner, reader }
}
