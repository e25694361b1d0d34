// `/`: for now one plain page that says what this is and links on.
import type { FastifyInstance } from 'fastify'
import { attribution, caveats, licence, serviceName } from '../lib/about.ts'

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const links = [
  [
    '/v1/findings?agency=police&kind=area_for_improvement&limit=5',
    'Five areas for improvement of the police',
  ],
  ['/v1/findings?q=%22one+stop+shop%22', 'A search: “one stop shop”'],
  ['/v1/publications?type=inspection_letter&sort=published_on', 'The six letters by date'],
  ['/v1/agencies', 'Agencies, with counts'],
  ['/v1/themes', 'Themes, with counts'],
  ['/v1/findings/crosstab.csv?rows=agency&cols=theme', 'In how many inspections: agencies by themes, as CSV'],
  ['/v1/findings.csv?download=true', 'All findings as CSV'],
  ['/v1/findings.xlsx', 'All findings as a spreadsheet'],
  ['/v1', 'Service document: everything there is'],
  ['/docs', 'Reference, to read and to try'],
  ['/openapi.json', 'OpenAPI 3.1'],
]

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${serviceName}</title>
<meta name="description" content="What six joint inspections found about the response to children living with domestic abuse, as data.">
<link rel="stylesheet" href="/home.css">
<main>
<h1>${serviceName}</h1>
<p>In 2016 and 2017 four inspectorates examined how police, health, probation and children’s services in six areas of
England respond to children living with domestic abuse. Their findings stand in letters. Here every finding is a row:
coded by agency and theme, with the page it stands on.</p>
<h2>Begin here</h2>
<ul>
${links.map(([href = '', text = '']) => `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></li>`).join('\n')}
</ul>
<h2>Before you quote a number</h2>
<ul>
${caveats.map((caveat) => `<li>${escapeHtml(caveat)}</li>`).join('\n')}
</ul>
<p>${escapeHtml(attribution)} <a href="${licence.url}">${licence.name}</a></p>
</main>
</html>
`

const style = `:root { color-scheme: light dark }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0 }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 2rem; line-height: 1.2 }
h2 { font-size: 1.25rem; margin-top: 2.5rem }
li { margin: .4rem 0; overflow-wrap: anywhere }
`

const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export async function homeRoutes(app: FastifyInstance): Promise<void> {
  app.get(
    '/',
    { config: { varies: 'build', mediaType: 'text/html' }, schema: { hide: true } },
    async (_request, reply) =>
      reply
        .header('Content-Security-Policy', policy)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(page),
  )
  app.get(
    '/home.css',
    { config: { varies: 'build', mediaType: 'text/css' }, schema: { hide: true } },
    async (_request, reply) => reply.type('text/css; charset=utf-8').serializer(String).send(style),
  )
}
