// What a reader comes for, in a real browser, with JavaScript and without: an answer, its rows as files, its citation, its letter.
import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import readWorkbook from 'read-excel-file/node'
import t from 'tap'
import type { Item, List } from '../support/app.ts'
import { openBrowser } from '../support/browser.ts'
import { serveExplorer } from '../support/explorer.ts'
import { realRelease } from '../support/releases.ts'
import { parseCsv } from '../support/tables.ts'
import { listedOn, sendVisitor, withAndWithoutScript } from '../support/visitor.ts'

interface Finding {
  readonly id: string
  readonly summary: string
  readonly evidence: readonly { readonly page: number | null; readonly url: string }[]
}

const question = 'agency=police&area=bradford,hounslow&kind=area_for_improvement'
const explorer = await serveExplorer(t)
const browser = await openBrowser(t)
const ask = (query: string) => explorer.read<List<Finding>>(`/v1/findings?${query}&limit=500`)
const answer = await ask(question)
const idsOf = (findings: readonly Finding[]) => findings.map(({ id }) => id)

/** The findings listed here and on every page that follows. */
async function listAll(page: Page): Promise<string[]> {
  const here = await listedOn(page)
  const next = page.getByRole('link', { name: 'Next page' })
  if ((await next.count()) === 0) return here
  await next.click()
  return [...here, ...(await listAll(page))]
}

async function download(page: Page, link: Locator): Promise<{ name: string; content: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) }
}

/** The columns of a table with these names, header left out. */
function columnsOf([header = [], ...rows]: readonly (readonly unknown[])[], names: readonly string[]) {
  const places = names.map((name) => header.indexOf(name))
  return rows.map((row) => places.map((at) => row[at]))
}

t.test('the question has an answer worth a journey', async (t) => {
  t.ok(answer.page.total > 5)
  t.equal(answer.data.length, answer.page.total)
})

for (const [how, javaScriptEnabled] of withAndWithoutScript) {
  const visit = (t: Parameters<typeof sendVisitor>[0], path: string) =>
    sendVisitor(t, browser, explorer.url + path, { javaScriptEnabled })

  t.test(`${how}, three clicks lead from the overview to what to improve`, async (t) => {
    const { page, complaints } = await visit(t, '/')
    const clicks = [
      page.getByLabel('Bradford', { exact: true }),
      page.getByLabel('Hounslow', { exact: true }),
      page.getByRole('button', { name: 'Police', exact: true }),
    ]
    for (const target of clicks) await target.click()
    await page.waitForURL('**/findings?*')
    t.same(new URL(page.url()).searchParams.getAll('area'), ['bradford', 'hounslow'])
    const { total } = answer.page
    t.match(await page.locator('h2').first().innerText(), new RegExp(`^${total} findings\\b`))
    t.same(await listAll(page), idsOf(answer.data), "the API's findings in the API's order")
    t.same(complaints, [])
  })

  t.test(`${how}, CSV and Excel of an answer hold its rows`, async (t) => {
    const { page } = await visit(t, `/findings?${question}`)
    const take = page.locator('.take')
    const names = ['id', 'summary', 'source_url']
    const shown = answer.data.map(({ id, summary, evidence }) => [id, summary, evidence[0]?.url])

    const csv = await download(page, take.getByRole('link', { name: 'CSV', exact: true }))
    t.match(csv.name, new RegExp(`^jtai-findings-${realRelease}-.*police.*\\.csv$`))
    t.same(columnsOf(parseCsv(csv.content.toString()), names), shown)

    const excel = await download(page, take.getByRole('link', { name: 'Excel', exact: true }))
    t.equal(excel.name, csv.name.replace(/csv$/, 'xlsx'))
    const sheets = await readWorkbook(excel.content)
    t.same(columnsOf(sheets.find(({ sheet }) => sheet === 'Findings')?.data ?? [], names), shown)

    const again = await download(page, page.locator('.files').getByRole('link', { name: 'CSV', exact: true }))
    t.ok(again.content.equals(csv.content), 'the link above the list gives the same file')
    t.same(await listedOn(page), idsOf(answer.data), 'and the page stays')
  })

  t.test(`${how}, the citation can be taken and its permalink followed`, async (t) => {
    const { page, context } = await visit(t, `/findings?${question}`)
    const copy = page.getByRole('button', { name: 'Copy the citation' })
    const text = page.locator('#citation-text')
    t.equal(await text.innerText(), answer.meta.citation.replace('&limit=500', ''))
    t.ok(await text.isVisible())
    if (javaScriptEnabled) {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await copy.click()
      await page.locator('#copy-status', { hasText: 'Copied' }).waitFor({ state: 'attached' })
      t.equal(await page.evaluate('navigator.clipboard.readText()'), await text.innerText())
    } else {
      t.same(await page.locator('[data-copy]:visible').count(), 0, 'no button that would do nothing')
    }
    const permalink = page.getByRole('link', { name: 'permalink' })
    const [response] = await Promise.all([page.waitForResponse('**/v1/releases/**'), permalink.click()])
    t.match(response.headers()['content-type'], /^application\/json/)
    const pinned: List<Finding> = JSON.parse(await response.text())
    t.same(idsOf(pinned.data), idsOf(answer.data))
    t.equal(pinned.page.total, answer.page.total)
  })

  t.test(`${how}, a finding leads to the page of its letter, which is not told by whom`, async (t) => {
    const { page, outside } = await visit(t, `/findings?${question}`)
    const first = page.locator('.finding').first()
    const id = (await first.getAttribute('id')) ?? ''
    await first.getByRole('heading').getByRole('link').click()
    t.equal(page.url(), `${explorer.url}/findings/${id}`)
    const { data } = await explorer.read<Item<Finding>>(`/v1/findings/${id}`)
    t.equal(await page.locator('h1').innerText(), data.summary)
    const [evidence] = data.evidence
    t.match(evidence?.url, new RegExp(`^https://.+#page=${evidence?.page}$`))
    const link = page.locator('.evidence a')
    t.equal(await link.first().getAttribute('href'), evidence?.url)
    t.match(await link.first().innerText(), `page ${evidence?.page}`)
    t.same(outside, [], 'nothing was asked of others before')
    await link.first().click()
    await page.waitForURL(/^https:/)
    t.equal(page.url(), evidence?.url)
    t.equal(await page.evaluate('document.referrer'), '')
    t.same(await Promise.all(outside.map((request) => request.headerValue('referer'))), [null])
  })

  t.test(`${how}, words typed into the form are found and marked`, async (t) => {
    const { page } = await visit(t, '/findings')
    await page.getByLabel('Words to find').fill('"one stop shop"')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/findings?*')
    t.equal(
      new URL(page.url()).search,
      '?q=%22one%20stop%20shop%22',
      'fields left empty are not in the address',
    )
    const found = await ask('q=%22one%20stop%20shop%22')
    t.ok(found.page.total > 0)
    t.match(await page.locator('h2').first().innerText(), new RegExp(`^${found.page.total} findings?\\b`))
    t.same(await listAll(page), idsOf(found.data))
    const marked = await page
      .locator('.finding')
      .evaluateAll((all) =>
        all.map((one) => [...one.querySelectorAll('.finding__text mark')].map((mark) => mark.textContent)),
      )
    for (const words of marked) t.match(words.join(' ').toLowerCase(), /one.stop.shop/)
    t.equal(marked.length, found.page.total)
    t.equal(await page.getByLabel('Words to find').inputValue(), '"one stop shop"')
  })
}
