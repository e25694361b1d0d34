// Text as the search sees it: the same whatever signs surround a word and however its accents are written.
import fc from 'fast-check'
import t from 'tap'
import { searchText } from '../../src/lib/search-text.ts'

t.test('quotes become plain, accents composed, and every other sign beyond ASCII a space', async (t) => {
  t.equal(searchText('“forest nursery”'), '"forest nursery"')
  t.equal(searchText('the child’s'), "the child's")
  t.equal(searchText('cre\u{300}che'), 'cr\u{e8}che')
  t.equal(searchText('school – bus… 🚌'), 'school   bus   ')
  t.equal(searchText('图书馆。Škola'), '图书馆 Škola')
})

t.test('plain text stays as it is, and so does text seen once already', async (t) => {
  const plain = fc.string({ unit: 'grapheme-ascii' }).filter((text) => !/[-/,]/.test(text))
  fc.assert(fc.property(plain, (text) => searchText(text) === text))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => searchText(searchText(text)) === searchText(text)),
  )
  t.pass('for every text')
})

t.test('a hyphen, slash or comma parts two words, and a minus before a word stays', async (t) => {
  t.equal(searchText('front-door'), 'front door')
  t.equal(searchText('MARAC/MAPPA,IDVA'), 'MARAC MAPPA IDVA')
  t.equal(searchText('risk -health "one-stop shop"'), 'risk -health "one stop shop"')
})
