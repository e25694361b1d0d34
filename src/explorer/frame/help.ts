// The way out of a page, and where to find help: both stand on every page, since the subject may be a reader's own.
import { html } from '@remix-run/html-template'

/** A page nobody wonders at, as services of GOV.UK use it. */
export const exitAddress = 'https://www.bbc.co.uk/weather'

/** The day the numbers and addresses below were last compared with their sources. */
const seenOn = '22 November 2026'

const sources = [
  {
    name: 'the Ministry of Justice',
    url: 'https://victimandwitnessinformation.org.uk/crime-types/domestic-abuse',
  },
  { name: 'the NSPCC', url: 'https://www.nspcc.org.uk/keeping-children-safe/reporting-abuse/report/' },
  {
    name: 'East Cambridgeshire District Council',
    url: 'https://eastcambs.gov.uk/content/report-child-abuse',
  },
]

export const helpSection = html`<section aria-labelledby="help">
<h2 id="help">Where to find help</h2>
<p>This service holds published findings. It cannot help in person; these can.</p>
<dl class="help">
<div><dt>In danger now</dt><dd>Call <a href="tel:999">999</a> and ask for the police</dd></div>
<div><dt>Domestic abuse</dt><dd>National Domestic Abuse Helpline, <a href="tel:08082000247">0808&nbsp;2000&nbsp;247</a>, or <a href="https://www.gov.uk/guidance/domestic-abuse-how-to-get-help" rel="noreferrer">how to get help (GOV.UK)</a></dd></div>
<div><dt>For children and young people</dt><dd>Childline, <a href="tel:08001111">0800&nbsp;1111</a></dd></div>
<div><dt>Worried about a child</dt><dd>NSPCC helpline, <a href="tel:08088005000">0808&nbsp;800&nbsp;5000</a>, or <a href="https://www.gov.uk/report-child-abuse" rel="noreferrer">report it (GOV.UK)</a></dd></div>
</dl>
<p class="small">Numbers as given by ${sources.map(({ name, url }, at) => html`${at > 0 ? ', ' : ''}<a href="${url}" rel="noreferrer">${name}</a>`)}, in copies of their pages looked up on ${seenOn}.</p>
</section>`
