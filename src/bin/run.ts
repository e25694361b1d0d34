// Runs the body of a command: prints its result, or one line for a person's mistake, and sets the exit code.
import { isDatabaseOutage } from '../db/dialect.ts'
import { isUsageError } from '../errors.ts'

export async function run(body: () => Promise<string>): Promise<void> {
  try {
    process.stdout.write(`${await body()}\n`)
  } catch (error) {
    process.exitCode = 1
    if (isUsageError(error)) process.stderr.write(`${error.message}\n`)
    else if (isDatabaseOutage(error))
      process.stderr.write(`The database does not answer: ${messageOf(error)}\n`)
    else throw error
  }
}

/** The message of an error; of the first one inside where several addresses were tried. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
