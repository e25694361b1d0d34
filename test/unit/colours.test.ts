// The colours of the explorer by the numbers of WCAG 2.2: axe leaves out text of a single character, as in the table.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const style = readFileSync(join(import.meta.dirname, '../../src/explorer/assets/explorer.css'), 'utf8')

/** The custom properties of the two themes; what dark does not name is as in light. */
function readThemes() {
  const [light = '', dark = ''] = [...style.matchAll(/:root \{(.*?)\}/gs)].map(([, block = '']) => block)
  const tokens = (block: string) =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
    )
  return { light: tokens(light), dark: { ...tokens(light), ...tokens(dark) } }
}

/** Relative luminance as WCAG defines it. */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

t.test('the measure is that of WCAG', async (t) => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
})

const texts = [
  ...['ink', 'quiet', 'link', 'link-hover', 'strength', 'area', 'context', 'danger'].flatMap((text) => [
    [text, 'paper'],
    [text, 'sheet'],
  ]),
  ['on-accent', 'accent'],
  ['ink', 'mark'],
  ['ink', 'step-1'],
  ['ink', 'step-2'],
  ['on-step-3', 'step-3'],
  ['on-step-4', 'step-4'],
]

for (const [theme, tokens] of Object.entries(readThemes())) {
  t.test(`text can be read in the ${theme} theme`, async (t) => {
    for (const [text = '', ground = ''] of texts) {
      const ratio = contrast(tokens[text] ?? '', tokens[ground] ?? '')
      t.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`)
    }
    t.ok(contrast('#ffffff', tokens.exit ?? '') >= 4.5, 'the way out')
  })

  t.test(`what is not text can be told from its ground in the ${theme} theme`, async (t) => {
    for (const mark of ['accent', 'strength', 'area', 'context', 'quiet']) {
      const ratio = contrast(tokens[mark] ?? '', tokens.paper ?? '')
      t.ok(ratio >= 3, `${mark}: ${ratio.toFixed(2)}`)
    }
  })
}
