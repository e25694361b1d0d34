// The process. What Node compiles is kept beside the packages, which makes every later start faster. Nobody imports it.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Before anything else is loaded; where the folder cannot be written, Node goes without.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'))
await import('./serve.ts')
