// What every resource is given when it is mounted.
import type { Catalogue } from '../db/catalogue.ts'
import type { Reader } from '../db/client.ts'
import type { SendExport } from '../http/exports.ts'

export interface ResourceOptions {
  readonly db: Reader
  readonly catalogue: Catalogue
  readonly publicUrl: string
  readonly sendExport: SendExport
}
