// The settings: the only reader of process.env. Validated and frozen; a malformed value is a usage error of one line.
import { isIP } from 'node:net'
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
const portPattern =
  '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Every setting with its meaning and default; the table in the README is made from it. */
export const settingsSchema = Type.Object({
  HOST: text('Address the API listens on.', '127.0.0.1', '^[^\\s/]+$'),
  PORT: text('Port of the API, 1 to 65535.', '3000', portPattern),
  OPS_HOST: text('Address `/livez` and `/readyz` listen on.', '127.0.0.1', '^[^\\s/]+$'),
  OPS_PORT: text('Port of `/livez` and `/readyz`, 1 to 65535.', '3001', portPattern),
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
    'Base of every link in an answer. Unset: `http://HOST:PORT`; needed when HOST is a wildcard.',
    undefined,
    '^https?://[^\\s?#]+$',
  ),
  TRUST_PROXY: text(
    'Proxies to believe about client addresses: comma-separated CIDRs, or a number of hops. Unset: none.',
    undefined,
    '^([0-9]{1,2}|[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*)$',
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
  readonly logLevel: string
}

/** Reads the settings; throws a usage error naming the first malformed one and what is allowed. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.properties).flatMap((key) => (env[key] ? [[key, env[key]]] : [])),
  )
  const settings = validate(given)
  const { HOST = '', PORT = '', OPS_HOST = '', OPS_PORT = '', DATA_DIR = '', LOG_LEVEL = '' } = settings
  if (isWildcard(HOST) && !settings.PUBLIC_URL) {
    throw usageError(
      `HOST=${HOST} listens everywhere, so links need a base: set PUBLIC_URL, for example https://jtai.example.org`,
    )
  }
  if (HOST === OPS_HOST && PORT === OPS_PORT) {
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
    publicUrl: publicUrl(settings.PUBLIC_URL ?? `http://${isIP(HOST) === 6 ? `[${HOST}]` : HOST}:${PORT}`),
    trustProxy: trustProxy(settings.TRUST_PROXY),
    logLevel: LOG_LEVEL,
  })
}

function validate(given: Record<string, unknown>): Type.Static<typeof settingsSchema> {
  try {
    return envSchema<Type.Static<typeof settingsSchema>>({ schema: settingsSchema, data: given, env: false })
  } catch (error) {
    const name = /env\/([A-Z_]+)/.exec(error instanceof Error ? error.message : '')?.[1]
    if (name === undefined) throw error
    throw usageError(`${name} is malformed. ${describeSetting(name)}`)
  }
}

/** The description of a setting, which says what is allowed. */
export function describeSetting(name: string): string {
  const schema: unknown = Reflect.get(settingsSchema.properties, name)
  return typeof schema === 'object' && schema !== null && 'description' in schema ? String(schema.description) : ''
}

function publicUrl(value: string): string {
  if (!URL.canParse(value)) throw usageError('PUBLIC_URL is malformed: it must be an http or https address')
  return value.replace(/\/+$/, '')
}

function trustProxy(value: string | undefined): string | number | false {
  if (value === undefined) return false
  if (/^\d+$/.test(value)) return Number(value)
  for (const range of value.split(',')) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address)
    const longest = family === 6 ? 128 : 32
    if (family === 0 || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest))) {
      throw usageError(`TRUST_PROXY is malformed: ${range} is neither an address, a CIDR nor a number of hops`)
    }
  }
  return value
}

const isWildcard = (host: string): boolean => ['0.0.0.0', '::', '[::]', '::0'].includes(host)
