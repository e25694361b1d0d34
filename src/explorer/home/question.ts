// The question one can ask on the overview. Pure.
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Edition } from '../../db/catalogue.ts'

/** Areas to tick and a button for each agency: three presses from here to an answer. */
export const drawQuestion = ({ codes }: Edition): SafeHtml => html`<form class="question" action="/findings">
<h2>Ask a question</h2>
<div class="question__row">
<fieldset><legend>What do the letters list as</legend>
<label class="choice"><input type="radio" name="kind" value="area_for_improvement" checked> areas for improvement</label>
<label class="choice"><input type="radio" name="kind" value="strength"> strengths</label>
</fieldset>
<fieldset><legend>in these areas (none ticked: all)</legend>
${codes.areas.map(({ id, name }) => html`<label class="choice"><input type="checkbox" name="area" value="${id}"> ${name}</label>\n`)}</fieldset>
</div>
<fieldset class="question__go"><legend>for</legend>
${codes.agencies
  .filter(({ broader }) => broader === null)
  .map(
    ({ id, label }) =>
      html`<button type="submit" class="button" name="agency" value="${id}">${label}</button>\n`,
  )}<button type="submit" class="button button--quiet">any agency</button>
</fieldset>
</form>`
