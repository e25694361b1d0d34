// One address for one question: what a form or a social network adds without meaning is dropped before it is read.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { isProblem } from '../errors.ts'
import { defaultsOf, propertiesOf, readQuery } from '../http/query-string.ts'
import { canonicalQuery, withQuery } from '../lib/canonical-query.ts'

/** Nothing, or white space only. */
const blank = /^(\+|%20)*$/

/** Added to links by those who pass them on; they ask nothing of us. */
const clickMarks = /^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|twclid|yclid)$/

/**
 * Answers 303 to the canonical address where a field of the form is empty or at its default, or where the address
 * carries the click mark of somebody else. A query that cannot be read is left as it is: its mistakes are shown.
 * A page that answers no question of its own may drop what it does not know as well.
 */
export const tidyQuery =
  (schema: TObject, unknown: 'refuse' | 'drop' = 'refuse') =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const [path = '/', text] = (request.raw.url ?? '/').split(/\?(.*)/s)
    if (text === undefined) return
    const properties = propertiesOf(schema)
    const defaults = defaultsOf(schema)
    const isMeant = (pair: string) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      if (clickMarks.test(name)) return false
      if (!Object.hasOwn(properties, name)) return unknown === 'refuse'
      return !blank.test(value) && value !== String(defaults[name])
    }
    const pairs = text.split('&')
    const meant = pairs.filter(isMeant)
    if (meant.length === pairs.length) return
    return reply.redirect(withQuery(path, canonical(meant.join('&'))), 303)

    function canonical(query: string): string {
      try {
        return canonicalQuery(readQuery(query, properties), defaults)
      } catch (error) {
        if (isProblem(error)) return query
        throw error
      }
    }
  }
