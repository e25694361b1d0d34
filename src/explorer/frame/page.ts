// What a page of the explorer is, and the frame every page stands in: head, masthead, help, footer.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { FastifyReply } from 'fastify'
import { isSecure } from '../../http/every-answer.ts'
import { attribution, licence, serviceName } from '../../lib/about.ts'
import { exitAddress, helpSection } from './help.ts'

/** What a page says; the frame adds the rest. */
export interface Page {
  /** Of the browser's tab, without the name of the service. */
  readonly title: string
  /** One sentence for search engines and previews. */
  readonly description: string
  /** Path and query of the page in its one spelling; null where it has none of its own, as an error page. */
  readonly address: string | null
  /** Path and query of the same data in the API. */
  readonly api?: string
  /** What the page is in the terms of schema.org. */
  readonly structuredData?: object
  readonly main: SafeHtml
}

/** What the frame knows of the service. */
export interface Site {
  readonly publicUrl: string
  /** Hash of the sources: a new build gives its style and script new addresses. */
  readonly build: string
  /** Where to write to, as an address with its scheme; null where none was given. */
  readonly contact: string | null
}

const policyOf = (publicUrl: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(isSecure(publicUrl) ? ['upgrade-insecure-requests'] : []),
  ].join('; ')

const navigation = [
  ['/', 'Overview'],
  ['/findings', 'Findings'],
  ['/about', 'About'],
  ['/releases', 'Releases'],
  ['/docs', 'API'],
] as const

export function sendPage(reply: FastifyReply, page: Page, site: Site): string {
  reply
    .header('Content-Security-Policy', policyOf(site.publicUrl))
    .header('Referrer-Policy', 'same-origin')
    .header('Cross-Origin-Opener-Policy', 'same-origin')
    .type('text/html; charset=utf-8')
  return String(frame(page, site))
}

function frame(page: Page, site: Site): SafeHtml {
  const { title, main, address } = page
  const section = `/${address?.split(/[/?]/)[1] ?? ''}`
  return html`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${serviceName}</title>
${headOf(page, site)}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="masthead">
<div class="masthead__row">
<a class="brand" href="/">JTAI Findings</a>
<nav aria-label="Main">
<ul>
${navigation.map(
  ([href, text]) =>
    html`<li><a href="${href}"${address !== null && href === section ? html` aria-current="page"` : ''}>${text}</a></li>\n`,
)}</ul>
</nav>
</div>
</header>
<section class="exit" aria-label="Leave quickly">
<a class="exit__link" href="${exitAddress}" rel="nofollow noreferrer" id="exit"><span class="hidden">Emergency: </span>Exit this page<span class="exit__hint scripted">or press Esc three times</span></a>
<span class="hidden" role="status" id="exit-status"></span>
</section>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="footer">
<div class="footer__row">
${helpSection}
<section aria-labelledby="about-service">
<h2 id="about-service">About this service</h2>
<p>${attribution}</p>
<ul class="plain">
<li><a href="/areas">Areas</a>, <a href="/agencies">agencies</a> and <a href="/themes">themes</a></li>
<li><a href="/about">Origin, method and limits</a></li>
<li><a href="/about#accessibility">Accessibility statement</a></li>
<li><a href="/about#contact">Contact</a></li>
<li><a href="/docs">API reference</a> and <a href="/openapi.json">OpenAPI</a></li>
<li><a href="${licence.url}" rel="license">${licence.name}</a></li>
</ul>
</section>
</div>
</footer>
</body>
</html>
`
}

function headOf({ title, description, address, api, structuredData }: Page, site: Site): SafeHtml {
  const canonical = address === null ? null : site.publicUrl + address
  return html`<meta name="description" content="${description}">
<meta name="color-scheme" content="light dark">
${
  canonical === null
    ? html`<meta name="robots" content="noindex">`
    : html`<link rel="canonical" href="${canonical}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="${serviceName}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:url" content="${canonical}">
<meta property="og:locale" content="en_GB">
<meta property="og:image" content="${site.publicUrl}/preview.png">
<meta property="og:image:alt" content="What inspectors found about children living with domestic abuse">
<meta name="twitter:card" content="summary_large_image">`
}
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/explorer.css?v=${site.build}">
<script src="/explorer.js?v=${site.build}" defer></script>
${api === undefined ? '' : html`<link rel="alternate" type="application/json" href="${api}" title="The same data as JSON">`}
<link rel="alternate" type="application/atom+xml" href="/v1/changes.atom" title="Changes of the data set">
${structuredData === undefined ? '' : html`<script type="application/ld+json">${html.raw`${jsonInScript(structuredData)}`}</script>`}`
}

// `<` could end the element it stands in; within JSON it can be written otherwise.
const jsonInScript = (data: object): string => JSON.stringify(data).replaceAll('<', '\\u003c')
