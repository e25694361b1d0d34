// /releases: the versions of the data set.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { html, type SafeHtml } from '@remix-run/html-template'
import { caveats } from '../../lib/about.ts'
import { dayOf } from '../../lib/dates.ts'
import { filesOf, listReleases } from '../../resources/releases/releases.query.ts'
import type { Release, ReleaseFile } from '../../resources/releases/releases.schema.ts'
import { type Page, sendPage } from '../frame/page.ts'
import { drawCaveats, plural } from '../frame/parts.ts'
import type { ExplorerOptions } from '../options.ts'

export const releaseRoutes: FastifyPluginAsyncTypebox<ExplorerOptions> = async (
  app,
  { db, catalogue, site },
) => {
  app.get(
    '/releases',
    { config: { varies: 'release', mediaType: 'text/html', dataBelow: '/v1' }, schema: { hide: true } },
    async (_request, reply) =>
      sendPage(
        reply,
        releasesPage(await listReleases(db, catalogue.releases(), ''), filesOf(catalogue.current(), '')),
        site,
      ),
  )
}

const releasesPage = (releases: readonly Release[], files: readonly ReleaseFile[]): Page => ({
  title: 'Releases of the data set',
  description:
    'Every version of the data set: what changed, how many findings it has, its checksum and its files.',
  address: '/releases',
  api: '/v1/releases',
  main: html`<h1>Releases of the data set</h1>
<p class="lede">The data set is published in numbered releases that never change. The pages here show the newest; every older one stays readable through the API. What a release changed, record by record with the reason, is told by the <a href="/v1/changes.atom">feed of changes</a>, for feed readers, and by the <a href="/v1/changes">same as data</a>.</p>
${releases.map((release, index) => drawRelease(release, index === 0 ? files : []))}
${drawCaveats(caveats)}`,
})

function drawRelease(release: Release, files: readonly ReleaseFile[]): SafeHtml {
  const { version, released_at, coded_on, notes, counts, content_sha256, links } = release
  const anchor = `release-${version.replaceAll('.', '-')}`
  return html`<section class="release" aria-labelledby="${anchor}">
<h2 id="${anchor}">${version}</h2>
<p>${notes}</p>
<dl class="facts">
<div><dt>Released</dt><dd>${dayOf(released_at)}</dd></div>
<div><dt>Coded</dt><dd>${dayOf(coded_on)}</dd></div>
<div><dt>Findings</dt><dd>${plural(counts.total, 'finding')}: ${plural(counts.strength, 'strength')}, ${plural(counts.area_for_improvement, 'area for improvement', 'areas for improvement')}, ${counts.context} context</dd></div>
<div><dt>Checksum</dt><dd><code>${content_sha256}</code> (SHA-256 of all findings and code lists in canonical JSON)</dd></div>
</dl>
<ul class="buttons">
<li><a class="button" href="${links.findings}.csv?download=true">CSV<span class="hidden"> of ${version}</span></a></li>
<li><a class="button" href="${links.findings}.xlsx?download=true">Excel<span class="hidden"> of ${version}</span></a></li>
<li><a class="button" href="${links.findings}.json?download=true">JSON<span class="hidden"> of ${version}</span></a></li>
<li><a class="button" href="${links.self}/files/all.zip">All files (zip)<span class="hidden"> of ${version}</span></a></li>
<li><a class="button" href="${links.self}/diff">What changed<span class="hidden"> in ${version}</span></a></li>
<li><a class="button" href="${links.self}">API<span class="hidden"> of ${version}</span></a></li>
</ul>
${files.length === 0 ? '' : drawFiles(version, files)}</section>
`
}

const drawFiles = (version: string, files: readonly ReleaseFile[]): SafeHtml => html`<table class="bars">
<caption>Files of ${version}: their bytes never change</caption>
<thead><tr><th scope="col">File</th><th scope="col">What it holds</th><th scope="col" class="bars__value">Size</th></tr></thead>
<tbody>
${files.map(
  ({ name, description, bytes, url }) =>
    html`<tr><th scope="row"><a href="${url}">${name}</a></th><td>${description}</td><td class="bars__value" data-label="Size">${sizeOf(bytes)}</td></tr>\n`,
)}</tbody>
</table>
`

const sizeOf = (bytes: number): string => `${Math.ceil(bytes / 1_000).toLocaleString('en-GB')} kB`
