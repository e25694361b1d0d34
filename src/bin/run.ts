// Runs the body of a command: prints its result, or one line for a person's mistake, and sets the exit code.
import { isDatabaseOutage } from '../db/dialect.ts'
import { isUsageError, messageOf } from '../errors.ts'

export async function run(body: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await body()}\n`)
  } catch (error) {
    process.exitCode = 1
    const lacksSchema = error instanceof Error && 'code' in error && error.code === '42P01'
    if (lacksSchema) process.stderr.write('The database has no schema yet. Run: npm run db:migrate\n')
    else if (isUsageError(error)) process.stderr.write(`${error.message}\n`)
    else if (isDatabaseOutage(error))
      process.stderr.write(`The database does not answer: ${messageOf(error)}\n`)
    else throw error
  }
}
