// A problem as a page: the same status and words as the API's, for people.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, problemTypes } from '../../errors.ts'
import { describeProblem } from '../../http/problems.ts'
import { type Site, sendPage } from './page.ts'
import { linked } from './parts.ts'

export function sendProblemPage(error: Problem, request: FastifyRequest, reply: FastifyReply, site: Site) {
  const { title, status } = problemTypes[error.problem]
  describeProblem(error, reply, site.publicUrl)
  const isShared = status === 410 // kept by caches, for other requests too
  const page = {
    title,
    description: title,
    address: null,
    main: html`<h1>${title}</h1>
<p class="lede">${linkPaths(error.message)}</p>
${error.errors.map(({ did_you_mean }) => (did_you_mean ? html`<p>${error.problem === 'gone' ? 'Instead of it:' : 'Did you mean'} <a href="${siblingOf(request, did_you_mean)}">${did_you_mean}</a>${error.problem === 'gone' ? '' : '?'}</p>` : ''))}
<p><a href="/findings">All findings</a> or <a href="/">the overview</a></p>
<p class="small">Status ${status}.${isShared ? '' : html` If this should not be so, report it with the number of this request: <code>${request.id}</code>`}</p>`,
  }
  return sendPage(reply, page, site)
}

/** The text with each path of the API as a link. */
const linkPaths = (text: string): SafeHtml =>
  html`${text.split(/(\/v1\/\S+)/).map((part, at) => (at % 2 === 0 ? part : linked(part, part)))}`

/** The path of the request with another last part. */
const siblingOf = ({ raw: { url = '/' } }: FastifyRequest, id: string): string =>
  (url.split('?')[0] ?? '/').replace(/[^/]*$/, encodeURIComponent(id))
