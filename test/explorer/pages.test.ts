// Every kind of page as a client without a browser sees it: valid HTML, headers, links, size.
import { brotliDecompressSync } from 'node:zlib'
import { HtmlValidate } from 'html-validate'
import t from 'tap'
import { openApp, publicUrl } from '../support/app.ts'
import { pagePaths, problemPaths } from '../support/explorer.ts'

const api = await openApp(t, 'real')
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-inline-style': 'error',
    'long-title': 'off', // the finding itself is the description of its page
    'no-trailing-whitespace': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'button', 'submit'] }],
  },
})

for (const [path, status] of [...pagePaths.map((path) => [path, 200] as const), ...problemPaths]) {
  t.test(path, async (t) => {
    const { statusCode, headers, body } = await api.get(path)
    t.equal(statusCode, status)
    t.match(headers, { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'same-origin' })
    t.match(headers['content-security-policy'], "default-src 'none'; script-src 'self'; style-src 'self'")
    const { results } = await validator.validateString(body)
    t.same(
      results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`),
      ),
      [],
      'valid HTML',
    )
    t.notMatch(body, /<[^>]+ (style|on\w+)=/, 'neither style nor script in an attribute')
    const external = [...body.matchAll(/ (?:src|href|action)="([^"]*)"/g)].map(([, link = '']) => link)
    t.same(
      external.filter(
        (link) => link.startsWith(publicUrl) && !body.includes(`rel="canonical" href="${link}"`),
      ),
      [],
      'links of its own are paths',
    )
    const compressed = await api.get(path, { 'accept-encoding': 'br' })
    const idOf = (request: { headers: Record<string, unknown> }) => String(request.headers['request-id'])
    t.equal(
      brotliDecompressSync(compressed.rawPayload).toString().replace(idOf(compressed), ''),
      body.replace(idOf({ headers }), ''),
    )
    t.ok(compressed.rawPayload.length < 60_000, `${compressed.rawPayload.length} bytes compressed`)
  })
}
