// Tells whether a text is well-formed XML, as strictly as a feed needs it: readers forgive what others refuse.

const name = '[A-Za-z_][\\w.:-]*'
const attribute = `\\s+${name}="(?:[^<&"]|&(?:amp|lt|gt|quot|apos|#\\d+|#x[\\da-f]+);)*"`
const token = new RegExp(
  [
    '<\\?xml [^?]*\\?>',
    '<!\\[CDATA\\[(?:(?!\\]\\]>)[\\s\\S])*\\]\\]>',
    `</(?<close>${name})\\s*>`,
    `<(?<open>${name})(?:${attribute})*\\s*(?<empty>/?)>`,
    '(?:[^<&\\]]|\\](?!\\]>)|&(?:amp|lt|gt|quot|apos|#\\d+|#x[\\da-f]+);)+',
  ].join('|'),
  'y',
)

/** The first thing that is wrong with it; null where it is well-formed. */
export function findXmlMistake(text: string): string | null {
  const open: string[] = []
  if (/(?![\t\n\r])\p{Cc}|\p{Cs}/u.test(text)) return 'a character XML cannot hold'
  for (let at = 0; at < text.length; ) {
    token.lastIndex = at
    const found = token.exec(text)
    if (found === null) return `not XML: ${text.slice(at, at + 60)}`
    at = token.lastIndex
    const { open: opened, close, empty } = found.groups ?? {}
    if (opened !== undefined && empty === '') open.push(opened)
    if (close !== undefined && open.pop() !== close) return `closes ${close}, which is not open`
  }
  return open.length === 0 ? null : `${open.at(-1)} is not closed`
}
