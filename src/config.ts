// The settings: the only reader of process.env. Validated and frozen; a malformed value is a usage error of one line.
import { isIP } from 'node:net'
import { totalmem } from 'node:os'
import { resolve } from 'node:path'
import { envSchema } from 'env-schema'
import { Type } from 'typebox'
import { usageError } from './errors.ts'

const text = (description: string, defaultValue?: string, pattern?: string) =>
  Type.Optional(
    Type.String({
      description,
      ...(defaultValue === undefined ? {} : { default: defaultValue }),
      ...(pattern === undefined ? {} : { pattern }),
    }),
  )
const portPattern = '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'
const hostPattern = '^[A-Za-z0-9.:_-]+$'
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Every setting with its meaning and default; the table in the README is made from it. */
export const settingsSchema = Type.Object({
  HOST: text('Host name or IP address the API listens on.', '127.0.0.1', hostPattern),
  PORT: text('Port of the API, 1 to 65535.', '3000', portPattern),
  OPS_HOST: text(
    'Host name or IP address `/livez`, `/readyz` and `/metrics` listen on.',
    '127.0.0.1',
    hostPattern,
  ),
  OPS_PORT: text('Port of `/livez`, `/readyz` and `/metrics`, 1 to 65535.', '3001', portPattern),
  DATABASE_URL: text(
    'PostgreSQL to read, `postgres://user:password@host:port/database`. Unset: embedded PostgreSQL.',
    undefined,
    '^postgres(ql)?://',
  ),
  DATABASE_ADMIN_URL: text(
    'PostgreSQL as its owner, for `db:migrate` and `db:seed` only. Unset: `DATABASE_URL`.',
    undefined,
    '^postgres(ql)?://',
  ),
  DATA_DIR: text('Folder of the embedded PostgreSQL; disposable.', '.data', '^.+$'),
  PUBLIC_URL: text(
    'Base of every link in an answer, scheme and host without a path. Unset: `http://HOST:PORT`; needed when HOST is a wildcard.',
    undefined,
    '^https?://[^\\s?#/@]+/?$',
  ),
  TRUST_PROXY: text(
    'Proxies to believe about client addresses: comma-separated CIDRs, or a number of hops. Unset: none.',
    undefined,
    '^([0-9]{1,2}|[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*)$',
  ),
  EXPORTS_MAX: text(
    'Whole-set exports and large files sent at once, 1 to 1000; the next is answered 503.',
    '8',
    '^([1-9][0-9]{0,2}|1000)$',
  ),
  RATE_LIMIT: text(
    'New answers a client gets in a minute, 0 to 1000000; an export counts as 20, what comes from memory is free; 0 is no limit.',
    '600',
    '^(0|[1-9][0-9]{0,5}|1000000)$',
  ),
  LOOP_DELAY_MS: text(
    'How late the process may be, on average of a second, before it refuses new questions with 503: 0 to 60000 ms; 0 is no limit.',
    '1000',
    '^(0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|60000)$',
  ),
  MEMORY_MB: text(
    'Memory of the process from which it refuses new questions with 503, 0 to 1000000 MB; 0 is no limit. Unset: nine tenths of what the machine or the container has.',
    undefined,
    '^(0|[1-9][0-9]{0,5}|1000000)$',
  ),
  CACHE_MB: text(
    'Memory for answers that are kept ready, 0 to 4096 MB; 0 keeps none.',
    '64',
    '^(0|[1-9][0-9]{0,2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-6])$',
  ),
  DRAIN_SECONDS: text(
    'How long a server told to stop by SIGTERM goes on taking requests, 0 to 60 s: so long a load balancer may need to see that `/readyz` is 503. Ctrl-C, or a second SIGTERM, does not wait.',
    '5',
    '^([1-5]?[0-9]|60)$',
  ),
  CONTACT: text(
    'Where people write to about a mistake: `mailto:` and an address, or the address of a page. Unset: the pages say that there is none.',
    undefined,
    '^(mailto:[^\\s<>"@]+@[^\\s<>"@]+|https?://[^\\s<>"]+)$',
  ),
  LOG_LEVEL: text(`One of ${logLevels.join(', ')}.`, 'info', `^(${logLevels.join('|')})$`),
})

export interface Config {
  readonly host: string
  readonly port: number
  readonly opsHost: string
  readonly opsPort: number
  readonly databaseUrl: string | null
  readonly adminUrl: string | null
  readonly dataDir: string
  readonly publicUrl: string
  readonly trustProxy: string | number | false
  readonly exportsMax: number
  readonly rateLimit: number
  readonly loopDelayMax: number
  readonly memoryMax: number
  readonly cacheMegabytes: number
  readonly drainSeconds: number
  readonly contact: string | null
  readonly logLevel: string
}

/** Reads the settings; throws a usage error naming the first malformed one and what is allowed. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.properties).flatMap((key) => (env[key] ? [[key, env[key]]] : [])),
  )
  const settings = validate(given)
  const {
    HOST = '',
    PORT = '',
    OPS_HOST = '',
    OPS_PORT = '',
    DATA_DIR = '',
    LOG_LEVEL = '',
    EXPORTS_MAX,
    RATE_LIMIT,
    LOOP_DELAY_MS,
    MEMORY_MB,
    CACHE_MB,
    DRAIN_SECONDS,
  } = settings
  const ownUrl = urlOf('HOST', HOST, PORT)
  const opsUrl = urlOf('OPS_HOST', OPS_HOST, OPS_PORT)
  if (wildcards.includes(ownUrl.hostname) && !settings.PUBLIC_URL) {
    throw usageError(
      `HOST=${HOST} listens everywhere, so links need a base: set PUBLIC_URL, for example https://jtai.example.org`,
    )
  }
  if (ownUrl.href === opsUrl.href) {
    throw usageError(`PORT and OPS_PORT are both ${PORT}: set OPS_PORT to another port`)
  }
  const databaseUrl = settings.DATABASE_URL ?? null
  return Object.freeze({
    host: HOST,
    port: Number(PORT),
    opsHost: OPS_HOST,
    opsPort: Number(OPS_PORT),
    databaseUrl,
    adminUrl: settings.DATABASE_ADMIN_URL ?? databaseUrl,
    dataDir: resolve(DATA_DIR),
    publicUrl: (settings.PUBLIC_URL ?? ownUrl.href).replace(/\/+$/, ''),
    trustProxy: trustProxy(settings.TRUST_PROXY),
    exportsMax: Number(EXPORTS_MAX),
    rateLimit: Number(RATE_LIMIT),
    loopDelayMax: Number(LOOP_DELAY_MS),
    memoryMax: MEMORY_MB === undefined ? 0.9 * memoryOfMachine() : Number(MEMORY_MB) * 1_000_000,
    cacheMegabytes: Number(CACHE_MB),
    drainSeconds: Number(DRAIN_SECONDS),
    contact: settings.CONTACT ?? null,
    logLevel: LOG_LEVEL,
  })
}

/** Bytes that the container or, where there is none, the machine has. */
const memoryOfMachine = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem())

function validate(given: Record<string, unknown>): Type.Static<typeof settingsSchema> {
  const settings = parse(given)
  for (const name of ['DATABASE_URL', 'DATABASE_ADMIN_URL', 'PUBLIC_URL'] as const) {
    const url = settings[name]
    if (url !== undefined && !URL.canParse(url)) throw malformed(name)
  }
  return settings
}

function parse(given: Record<string, unknown>): Type.Static<typeof settingsSchema> {
  try {
    return envSchema<Type.Static<typeof settingsSchema>>({ schema: settingsSchema, data: given, env: false })
  } catch (error) {
    const name = /env\/([A-Z_]+)/.exec(error instanceof Error ? error.message : '')?.[1]
    if (name === undefined) throw error
    throw malformed(name)
  }
}

// The value is not repeated: a database address holds a password.
const malformed = (name: string) => usageError(`${name} is malformed. ${describeSetting(name)}`)

/** The description of a setting, which says what is allowed. */
export function describeSetting(name: string): string {
  const schema: unknown = Reflect.get(settingsSchema.properties, name)
  return typeof schema === 'object' && schema !== null && 'description' in schema
    ? String(schema.description)
    : ''
}

// An address of URL form has one spelling: 0, 0.0.0.0 and 0x0 are the same host, as are :: and 0:0:0:0:0:0:0:0.
const wildcards = ['0.0.0.0', '[::]']

function urlOf(name: string, host: string, port: string): URL {
  const url = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`)
  if (url === null) throw malformed(name)
  return url
}

function trustProxy(value: string | undefined): string | number | false {
  if (value === undefined) return false
  if (/^\d{1,2}$/.test(value)) return Number(value)
  const wrong = value.split(',').find((range) => !isRange(range))
  if (wrong === undefined) return value
  throw usageError(`TRUST_PROXY is malformed: ${wrong} is neither an address, a CIDR nor a number of hops`)
}

function isRange(range: string): boolean {
  const [, address = '', prefix = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  return isIP(address) !== 0 && Number(prefix) <= (isIP(address) === 6 ? 128 : 32)
}
