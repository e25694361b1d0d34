// Runs once after all tests, also when they failed: stops their PostgreSQL.
import { stopCluster } from '../src/db/embedded/cluster.ts'
import { testDataDir } from './support/cluster.ts'

await stopCluster(testDataDir)
