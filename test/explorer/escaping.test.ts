// Nothing that is asked or that stands in the data becomes markup: neither in a page nor in the JSON within it.
import { request } from 'node:http'
import t, { type Test } from 'tap'
import { publish } from '../../src/dataset/publish.ts'
import { openApp, publicUrl } from '../support/app.ts'
import { createDatabase } from '../support/cluster.ts'
import { attributeOf, type Element, parseHtml, select, selectOne, textOf } from '../support/html.ts'
import { copyReleases, editRecord, sealReleases } from '../support/releases.ts'
import { serve } from '../support/serve.ts'

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '</title></textarea></script><script>alert(1)</script>',
  '<!--',
  '&lt;b&gt;&amp;&quot;&#39;',
  '--><b>{{7*7}}',
  'javascript:alert(1)//',
]

// What the frame and the pages themselves are made of.
const known = new Set(
  `html head meta title link script body a header div nav ul li section span main footer p h1 h2 h3 h4 dl dt dd strong em
  form label input select option button fieldset legend details summary ol article table caption thead tbody tfoot tr th
  td svg rect circle text line path g code mark blockquote br time abbr small cite`.split(/\s+/),
)

const api = await openApp(t, 'real')

/** Every value that can be asked is text in the page: no element, attribute or scheme comes of it. */
function checkPage(t: Test, body: string, about: string): Element {
  const page = parseHtml(body) // throws where anything breaks out of its place
  const elements = select(page, '')
  t.same(
    elements.filter(({ tag }) => !known.has(tag)).map(({ tag }) => tag),
    [],
    about,
  )
  const names = elements.flatMap(({ attributes }) => [...attributes.keys()])
  t.same(
    names.filter((name) => /^(on|style|srcdoc|formaction)/.test(name)),
    [],
    about,
  )
  const addresses = elements.flatMap(({ attributes }) =>
    ['href', 'src', 'action'].flatMap((name) => attributes.get(name) ?? []),
  )
  t.same(
    addresses.filter((address) => !/^(https?:\/\/|mailto:|tel:|[/#](?!\/))/.test(address)),
    [],
    about,
  )
  const scripts = select(page, 'script')
  t.ok(
    scripts.every(
      (script) => attributeOf(script, 'src') !== '' || attributeOf(script, 'type') === 'application/ld+json',
    ),
  )
  t.ok(scripts.length <= 2)
  return page
}

for (const text of hostile) {
  t.test(`${text} stays text, whatever it is asked as`, async (t) => {
    const value = encodeURIComponent(text)
    const paths = [
      ...[
        'q',
        'area',
        'kind',
        'published_from',
        'published_to',
        'cursor',
        'sort',
        'limit',
        'rollup',
        'colour',
      ].map((name) => `/findings?${name}=${value}`),
      ...[
        `/findings?${value}=1`,
        `/findings?q=police+${value}`,
        `/?show=${value}`,
        `/?${value}`,
        `/findings?utm_source=${value}`,
      ],
      ...['findings', 'areas', 'agencies', 'themes', 'about', 'releases'].map(
        (folder) => `/${folder}/${value}`,
      ),
      ...[
        `/${value}`,
        `/areas/salfrod${value}`,
        `/areas/salfrod?${value}=1`,
        `/findings/salford-2016-999?q=${value}`,
      ],
    ]
    for (const path of paths) {
      const { statusCode, headers, body } = await api.get(path, { accept: 'text/html' })
      t.ok(statusCode < 500, `${path}: ${statusCode}`)
      if (!String(headers['content-type']).startsWith('text/html')) continue
      if (/[<"']/.test(text)) t.notOk(body.includes(text), path)
      if (body !== '') checkPage(t, body, path)
    }
    const page = parseHtml((await api.get(`/findings?q=police+${value}`)).body)
    t.equal(attributeOf(selectOne(page, 'input#q'), 'value'), `police ${text}`, 'and is still in its field')
  })
}

t.test('a path that no browser would send stays text too', async (t) => {
  const { port } = await serve(t, await createDatabase(t, 'real'))
  const send = (path: string) =>
    new Promise<{ statusCode: number; location: string; type: string; body: string }>((resolve, reject) => {
      request(
        { host: '127.0.0.1', port, path, agent: false, headers: { accept: 'text/html' } },
        (response) => {
          let body = ''
          response
            .setEncoding('utf8')
            .on('data', (part) => {
              body += part
            })
            .on('end', () => {
              const { location = '', 'content-type': type = '' } = response.headers
              resolve({ statusCode: response.statusCode ?? 0, location, type, body })
            })
        },
      )
        .once('error', reject)
        .end()
    })
  for (const path of [
    '/areas/"><img',
    "/areas/'onmouseover='alert(1)",
    '/areas/<script>alert(1)</script>',
    '/findings/"><script>alert(1)</script>',
    '/findings?q="><img/src=x>',
    '/findings?"><img/src=x>=1',
    '//evil.example/areas/salfrod',
    'http://evil.example/areas/salfrod',
    'http://evil.example/findings?q=',
    '//evil.example/findings?q=',
    '//findings?q=',
    '/\\evil.example/?utm_source=x',
    '/findings/..%2f..%2fareas/salfrod',
  ]) {
    const { statusCode, location, type, body } = await send(path)
    t.ok(statusCode < 500, `${path}: ${statusCode}`)
    if (location !== '') t.match(location, /^\/(?![/\\])[!-~]*$/, `${path} leads to ${location}`)
    if (!type.startsWith('text/html') || body === '') continue
    const page = checkPage(t, body, path)
    const main = selectOne(page, 'main')
    const links = main === undefined ? [] : select(main, 'a[href]').map((link) => attributeOf(link, 'href'))
    t.same(
      links.filter((link) => link.includes('evil.example')),
      [],
      path,
    )
  }
})

t.test('what stands in the data stays text, on every page of a world that is full of markup', async (t) => {
  const root = copyReleases(t)
  const text = '</script><script>alert(1)</script><!-- "\'&amp'
  const edits = {
    areas: [
      ['northmoor', { name: text, local_authority: text, region_name: text, police_force: text }],
      ['eastvale', { region_name: text }],
    ],
    agencies: [['health', { label: text, definition: text }]],
    themes: [['planning', { label: text, definition: text }]],
    publications: [['letter-northmoor-2016', { title: text }]],
    'findings-northmoor-2016': [['northmoor-2016-001', { summary: text, note: text }]],
  } as const
  for (const [file, records] of Object.entries(edits)) {
    for (const [id, fields] of records) editRecord(root, `1.0.0/added/${file}.yaml`, id, fields)
  }
  sealReleases(root)
  const database = await createDatabase(t, 'empty')
  await publish(database.owner, root)
  const { app } = await serve(t, database)
  for (const path of [
    ...[
      '/',
      '/?show=both',
      '/findings',
      '/findings?limit=100',
      '/findings?q=alert',
      '/findings?area=northmoor&agency=health&theme=planning',
    ],
    ...[
      '/findings/northmoor-2016-001',
      '/areas/northmoor',
      '/agencies/health',
      '/agencies/hospital',
      '/themes/planning',
    ],
    ...['/about', '/releases', '/findings?area=northmor', '/areas/northmor'],
  ]) {
    const { statusCode, body } = await app.inject({ url: path })
    t.ok(statusCode < 500, path)
    t.notOk(body.includes('<script>alert'), path)
    checkPage(t, body, path)
  }
  const finding = parseHtml((await app.inject({ url: '/findings/northmoor-2016-001' })).body)
  t.equal(textOf(selectOne(finding, 'h1')), text)
  t.equal(attributeOf(selectOne(finding, 'meta[name=description]'), 'content'), text)
  const sitemap = await app.inject({ url: '/sitemap.xml' })
  t.notMatch(sitemap.body, '<script')
})

t.test('the JSON within a page cannot end the element it stands in', async (t) => {
  const address = `${publicUrl}/</script><script>alert(1)</script><!--`
  const { app } = await openApp(t, 'fixture', { publicUrl: address })
  const { body } = await app.inject({ url: '/' })
  t.notOk(body.includes('<script>alert'))
  const data = textOf(selectOne(checkPage(t, body, '/'), 'script[type=application/ld+json]'))
  t.notMatch(data, '<')
  t.match(JSON.parse(data), { '@type': 'Dataset', url: `${address}/` }, 'and says it nonetheless')
})
