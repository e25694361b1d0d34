// A problem as a page: the same status and words as the API's, for people.
import { html } from '@remix-run/html-template'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, problemTypes } from '../../errors.ts'
import { describeProblem } from '../../http/problems.ts'
import { type Site, sendPage } from './page.ts'

export function sendProblemPage(error: Problem, request: FastifyRequest, reply: FastifyReply, site: Site) {
  const { title, status } = problemTypes[error.problem]
  describeProblem(error, reply, site.publicUrl)
  const page = {
    title,
    description: title,
    address: null,
    main: html`<h1>${title}</h1>
<p class="lede">${error.message}</p>
${error.errors.map(({ did_you_mean }) => (did_you_mean ? html`<p>${error.problem === 'gone' ? 'Instead of it:' : 'Did you mean'} <a href="${siblingOf(request, did_you_mean)}">${did_you_mean}</a>${error.problem === 'gone' ? '' : '?'}</p>` : ''))}
<p><a href="/findings">All findings</a> or <a href="/">the overview</a></p>
<p class="small">Status ${status}. If this should not be so, report it with the number of this request: <code>${request.id}</code></p>`,
  }
  return sendPage(reply, page, site)
}

/** The path of the request with another last part. */
const siblingOf = ({ raw: { url = '/' } }: FastifyRequest, id: string): string =>
  (url.split('?')[0] ?? '/').replace(/[^/]*$/, encodeURIComponent(id))
