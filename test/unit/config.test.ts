// The settings: defaults that need nothing, and one line that names whatever is malformed.
import { totalmem } from 'node:os'
import { resolve } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { describeSetting, loadConfig, settingsSchema } from '../../src/config.ts'
import { isUsageError } from '../../src/errors.ts'
import { checkLaw } from '../support/laws.ts'

type Env = Readonly<Record<string, string>>

/** What the start says of settings it refuses; null when it takes them. */
function refuse(env: Env): string | null {
  try {
    loadConfig(env)
    return null
  } catch (error) {
    return isUsageError(error) ? error.message : `not a usage error: ${String(error)}`
  }
}

t.test('nothing has to be set', async (t) => {
  t.same(loadConfig({}), {
    host: '127.0.0.1',
    port: 3000,
    opsHost: '127.0.0.1',
    opsPort: 3001,
    databaseUrl: null,
    adminUrl: null,
    dataDir: resolve('.data'),
    publicUrl: 'http://127.0.0.1:3000',
    trustProxy: false,
    exportsMax: 8,
    rateLimit: 600,
    loopDelayMax: 1_000,
    memoryMax: 0.9 * Math.min(process.constrainedMemory() || Infinity, totalmem()),
    cacheMegabytes: 64,
    drainSeconds: 5,
    contact: null,
    logLevel: 'info',
  })
})

t.test('the result cannot be changed', async (t) => {
  t.ok(Object.isFrozen(loadConfig({})))
})

t.test('an empty setting counts as one that is not set', async (t) => {
  const empty = Object.fromEntries(Object.keys(settingsSchema.properties).map((name) => [name, '']))
  t.same(loadConfig(empty), loadConfig({}))
})

t.test('settings of other programs are no concern of ours', async (t) => {
  t.same(loadConfig({ PGHOST: 'elsewhere', NODE_ENV: 'production', port: '1' }), loadConfig({}))
})

t.test('what is set is taken', async (t) => {
  const config = loadConfig({
    HOST: 'api.local',
    PORT: '80',
    OPS_HOST: '::1',
    OPS_PORT: '65535',
    DATABASE_URL: 'postgres://reader:secret@db/jtai',
    DATABASE_ADMIN_URL: 'postgresql://owner@db/jtai?sslmode=require',
    DATA_DIR: '/var/lib/jtai',
    PUBLIC_URL: 'https://jtai.example.org/',
    TRUST_PROXY: '10.0.0.0/8,::1',
    EXPORTS_MAX: '20',
    RATE_LIMIT: '1000000',
    LOOP_DELAY_MS: '0',
    MEMORY_MB: '512',
    CACHE_MB: '0',
    DRAIN_SECONDS: '60',
    CONTACT: 'mailto:findings@example.org',
    LOG_LEVEL: 'silent',
  })
  t.same(config, {
    host: 'api.local',
    port: 80,
    opsHost: '::1',
    opsPort: 65_535,
    databaseUrl: 'postgres://reader:secret@db/jtai',
    adminUrl: 'postgresql://owner@db/jtai?sslmode=require',
    dataDir: '/var/lib/jtai',
    publicUrl: 'https://jtai.example.org',
    trustProxy: '10.0.0.0/8,::1',
    exportsMax: 20,
    rateLimit: 1_000_000,
    loopDelayMax: 0,
    memoryMax: 512_000_000,
    cacheMegabytes: 0,
    drainSeconds: 60,
    contact: 'mailto:findings@example.org',
    logLevel: 'silent',
  })
})

t.test('the owner is the reader unless told otherwise', async (t) => {
  t.match(loadConfig({ DATABASE_URL: 'postgres://db/jtai' }), { adminUrl: 'postgres://db/jtai' })
  t.match(loadConfig({ DATABASE_ADMIN_URL: 'postgres://db/jtai' }), { databaseUrl: null })
})

t.test('links begin with the address listened on, in brackets where URLs need them', async (t) => {
  t.equal(loadConfig({ HOST: '::1', PORT: '8080' }).publicUrl, 'http://[::1]:8080')
  t.equal(loadConfig({ HOST: 'localhost' }).publicUrl, 'http://localhost:3000')
})

t.test('an address that means every address needs PUBLIC_URL', async (t) => {
  for (const HOST of ['0.0.0.0', '0', '::', '::0', '0:0:0:0:0:0:0:0']) {
    t.equal(
      refuse({ HOST }),
      `HOST=${HOST} listens everywhere, so links need a base: set PUBLIC_URL, for example https://jtai.example.org`,
    )
    t.equal(loadConfig({ HOST, PUBLIC_URL: 'https://jtai.example.org' }).host, HOST)
  }
  t.equal(refuse({ HOST: '10.0.0.1' }), null)
  t.equal(refuse({ OPS_HOST: '0.0.0.0' }), null, 'no link leads to the ops address')
})

t.test('the API and the ops listener do not share a port of one address', async (t) => {
  t.equal(refuse({ OPS_PORT: '3000' }), 'PORT and OPS_PORT are both 3000: set OPS_PORT to another port')
  t.equal(refuse({ OPS_PORT: '3000', OPS_HOST: '127.0.0.2' }), null)
})

const malformed: Readonly<Record<string, readonly string[]>> = {
  HOST: [
    'a b',
    'http://localhost',
    'localhost:3000',
    '127.0.0.1:80',
    '999.1.1.1',
    '[::1]',
    'user@host',
    'host/',
    '?',
  ],
  PORT: ['0', '65536', '99999', '-1', '+80', '3000.0', '1e3', '0x50', ' 80', '80 ', '٣', 'http', '080'],
  OPS_HOST: ['a b', 'localhost:3001'],
  OPS_PORT: ['0', '70000', 'x'],
  DATABASE_URL: [
    'localhost',
    'mysql://db/jtai',
    'postgres:/db',
    'postgres://user:p#ss@db/jtai',
    'postgres://db:port/jtai',
  ],
  DATABASE_ADMIN_URL: ['db', 'http://db'],
  PUBLIC_URL: [
    'jtai.example.org',
    'ftp://jtai.example.org',
    'https://',
    'https://a?b=1',
    'https://a#b',
    'https://a b',
    'http://:80',
    'https://a/path',
    'https://user:secret@a',
  ],
  TRUST_PROXY: [
    'true',
    'yes',
    '-1',
    '999',
    '1.2.3',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/9',
    '::1/129',
    '10.0.0.1,',
    'abc',
    '10.0.0.1, ::1',
  ],
  EXPORTS_MAX: ['0', '-1', '1001', '8.5', 'many', ' 8'],
  RATE_LIMIT: ['-1', '1000001', '6e2', '600/min'],
  LOOP_DELAY_MS: ['-1', '60001', '1.5', '1s'],
  MEMORY_MB: ['-1', '1000001', '512 MB'],
  CACHE_MB: ['-1', '01', '1.5', '4097', '64 MB'],
  DRAIN_SECONDS: ['-1', '05', '61', '1.5', '5 s'],
  CONTACT: [
    'findings@example.org',
    'mailto:',
    'mailto:a b@c',
    'javascript:alert(1)',
    'https://',
    'mailto:a@b">',
  ],
  LOG_LEVEL: ['verbose', 'INFO', 'info ', '30'],
}

t.test('each malformed setting is refused in one line that begins with its name', async (t) => {
  t.same(Object.keys(malformed).concat('DATA_DIR').sort(), Object.keys(settingsSchema.properties).sort())
  for (const [name, values] of Object.entries(malformed)) {
    for (const value of values) {
      t.match(refuse({ [name]: value }), new RegExp(`^${name} is malformed[^\\n]{10,}$`), `${name}=${value}`)
    }
  }
})

t.test('what is right beside it is taken', async (t) => {
  const right: Readonly<Record<string, readonly string[]>> = {
    HOST: ['localhost', '127.0.0.1', '::1', 'api-1.example.org', 'db_proxy'],
    PORT: ['1', '9', '80', '9999', '59999', '65535'],
    DATABASE_URL: ['postgres://h/d', 'postgresql://u:p%23@h:5433/d', 'postgres://u@localhost/d?host=/run'],
    PUBLIC_URL: ['http://a', 'https://a.example:8443/'],
    TRUST_PROXY: ['0', '1', '99', '10.0.0.1', '10.0.0.0/0', '::/0', 'fd00::/8,127.0.0.1'],
    EXPORTS_MAX: ['1', '99', '1000'],
    RATE_LIMIT: ['0', '1', '600', '1000000'],
    LOOP_DELAY_MS: ['0', '1', '60000'],
    MEMORY_MB: ['0', '1', '1000000'],
    CACHE_MB: ['0', '1', '999', '4096'],
    DRAIN_SECONDS: ['0', '9', '59', '60'],
    CONTACT: ['mailto:a@b.example', 'https://example.org/contact?about=findings'],
    LOG_LEVEL: ['fatal', 'trace', 'silent'],
    DATA_DIR: ['.', 'a b', '/var/lib/jtai'],
  }
  for (const [name, values] of Object.entries(right)) {
    for (const value of values) t.equal(refuse({ [name]: value }), null, `${name}=${value}`)
  }
})

t.test('a password in a malformed address is not repeated', async (t) => {
  t.notMatch(refuse({ DATABASE_URL: 'postgres://user:p#ss@db/jtai' }), 'p#ss')
})

t.test('a number of proxies is a number, and ranges stay text', async (t) => {
  t.equal(loadConfig({ TRUST_PROXY: '2' }).trustProxy, 2)
  t.equal(loadConfig({ TRUST_PROXY: '10.0.0.0/8' }).trustProxy, '10.0.0.0/8')
})

t.test('any port is taken or refused by its name, and no other error is thrown', async (t) => {
  const text = fc.oneof(
    fc.nat({ max: 70_000 }).map(String),
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789') }),
  )
  checkLaw(
    t,
    fc.property(text, (PORT) => {
      const isPort = /^[1-9][0-9]*$/.test(PORT) && Number(PORT) <= 65_535
      const refusal = refuse({ PORT, OPS_HOST: '127.0.0.2' })
      return PORT === '' || isPort ? refusal === null : refusal?.startsWith('PORT is malformed') === true
    }),
  )
})

t.test('every setting says what it is', async (t) => {
  for (const name of Object.keys(settingsSchema.properties))
    t.match(describeSetting(name), /^[A-Z].+\.$/, name)
  t.equal(describeSetting('NO_SUCH_SETTING'), '')
})
