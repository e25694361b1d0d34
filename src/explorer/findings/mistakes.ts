// Every mistake of a question at once. The API answers with those found first; a person would meet them one by one.
import type { FastifyRequest } from 'fastify'
import type { Edition } from '../../db/catalogue.ts'
import type { Reader } from '../../db/client.ts'
import { isProblem, type ParameterError } from '../../errors.ts'
import { explainValidation } from '../../http/problems.ts'
import { nameOf, propertiesOf, readQuery } from '../../http/query-string.ts'
import { checkSelection } from '../../resources/findings/findings.filter.ts'
import { FindingsPageQuery } from './findings.schema.ts'

/** The query of a request as it was sent, without its question mark. */
export const queryOf = ({ raw: { url = '' } }: FastifyRequest): string => url.split(/\?(.*)/s)[1] ?? ''

/** The mistakes found first, and those of what is left when these parameters are taken out, until nothing is wrong. */
export async function findMistakes(
  request: FastifyRequest,
  db: Reader,
  edition: Edition,
  found: readonly ParameterError[],
): Promise<ParameterError[]> {
  const wrong = new Set(found.map(({ parameter }) => parameter))
  const rest = queryOf(request)
    .split('&')
    .filter((pair) => !wrong.has(nameOf(pair)))
  try {
    const query = readQuery(rest.join('&'), propertiesOf(FindingsPageQuery))
    const validate = request.compileValidationSchema(FindingsPageQuery)
    if (!validate(query)) throw explainValidation(validate.errors ?? [])
    await checkSelection(db, edition, query)
  } catch (error) {
    const more = isProblem(error) ? error.errors.filter(({ parameter }) => !wrong.has(parameter)) : []
    if (more.length === 0) throw error
    return await findMistakes(request, db, edition, [...found, ...more])
  }
  return [...found]
}
