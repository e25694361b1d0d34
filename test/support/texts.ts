// Texts a client may send that are hard on a parser, percent-encoded already: for paths and queries alike.

/** No client value that begins like this may show in a header field, in the log, or in the answer to another. */
export const mark = 'zqmark'
/** What only a client's header fields hold: it may show nowhere. */
export const fieldMark = 'zqfield'
/** A host only a client names: it may show nowhere. */
export const foreignHost = 'zqhost.example'

const split = (text: string) => text.trim().split(/\s+/)

const encodings = split(`
  % %z %0 %% %25 %2500 %252e%252e%252f %25ff %u0041 %C3 %ff %fe%ff %c0%af %c0%ae%c0%ae%c0%af
  %e0%80%af %f0%80%80%af %F4%90%80%80 %ED%A0%80 %ED%BF%BF %00 %00.json a%00b %0d%0aX-Zq:%201 %0a
  %09 %7f %c2%85 %1b[31m
`)
const traversals = split(`
  .. ../ ../../../../etc/passwd ..%2f..%2fetc%2fpasswd %2e%2e%2f %2e%2e ..;/ ..; ..%5c ..\\ ....//
  %252e%252e%252f . ./ %2e .%00. .git .env ~ // %2f
`)
const scripts = split(`
  é e\u{301} Å 你好 مرحبا \u{202e}txt. \u{200b} \u{2066} 👩‍👧‍👦 \u{1f1e6} ﷺ ß İ ١٢ \u{fffe} \u{ffff} \u{10ffff} 𝕬
`)
  .concat('\u{2028}', '\u{feff}', 'Z\u{351}\u{36b}\u{343}\u{36a}\u{302}'.repeat(20))
  .map(encodeURIComponent)
const words = split(`
  0 -1 1e2 0x10 +5 %2010 1.0 00 501 99999999999999999999 NaN null true 1;2 2016-02-30 2016-02-29
  0000-00-00 99999-01-01 2016-02-29T00:00:00Z 1.0 01.0.0 9.9.9 ' '%20OR%201=1%20-- %22 %5c {} []
  %3Cscript%3E $%7B7*7%7D {{7*7}} |%20ls \`id\` * :id %25s%25n -x %22the the %26%20|%20! :*
  a%20or ((( __proto__ constructor toString hasOwnProperty ${mark} ${mark}%0d%0a
  http://${mark}.example/ javascript:${mark}
`)
const long = [
  'x'.repeat(300),
  'x'.repeat(600),
  'x%20'.repeat(100),
  '%F0%9F%91%A9'.repeat(60),
  'a,'.repeat(60),
]

/** As they stand in an address; some are no valid percent-encoding. */
export const awkwardTexts: readonly string[] = [...encodings, ...traversals, ...scripts, ...words, ...long]
