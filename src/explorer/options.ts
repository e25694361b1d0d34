// What every page of the explorer is given when it is mounted.
import type { Catalogue } from '../db/catalogue.ts'
import type { Reader } from '../db/client.ts'
import type { Site } from './frame/page.ts'

export interface ExplorerOptions {
  readonly db: Reader
  readonly catalogue: Catalogue
  readonly site: Site
}
