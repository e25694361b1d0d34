// Settings -> database -> app -> listen -> graceful close. Started by server.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import pino from 'pino'
import { buildApp } from './app.ts'
import { type Config, loadConfig } from './config.ts'
import { openCatalogue } from './db/catalogue.ts'
import { openReader } from './db/client.ts'
import { isDatabaseOutage } from './db/dialect.ts'
import { openDatabase } from './db/open.ts'
import { isUsageError, messageOf, usageError } from './errors.ts'
import { buildHealth } from './http/health.ts'
import { openMetrics } from './http/metrics.ts'

/** From the end of the drain to the end of the process, whatever hangs. */
const grace = 20_000
const stopSignals = ['SIGTERM', 'SIGINT'] as const
/** Clients that may wait to be let in while we are busy: beyond it (Node's 511) the system drops them without a word. */
const backlog = 4_096

async function main(config: Config): Promise<void> {
  // Logs go to stderr, so that stdout holds what is meant for the person who starts it. A busy server writes many lines at
  // once: a write for each would cost a hit as much as anything we do for it.
  const destination = pino.destination({ dest: 2, minLength: 4_096, periodicFlush: 200 })
  process.on('exit', () => destination.flushSync())
  const logger = pino({ level: config.logLevel }, destination)
  const stopping = new AbortController()
  const isStopping = () => stopping.signal.aborted
  const opened: (() => Promise<void>)[] = [] // how to close what is open, in the order of opening
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => {
    stopping.abort()
    closing ??= (async () => {
      for (const closeOne of opened.reverse()) await closeOne()
    })()
    return closing // a signal and a failed start may both ask: both wait for the one close
  }

  const start = async () => {
    const onTrouble = (err: unknown, message: string) => logger.warn({ err }, message)
    const database = await openDatabase(config, onTrouble, stopping.signal)
    opened.push(database.close)
    const metrics = openMetrics()
    metrics.watchProcess()
    const db = openReader(database.url, {
      isWatched: true,
      onPool: metrics.watchPool,
      // The pool lets go of its connections before they are closed: their end at a stop is no news.
      onError: (err) => {
        if (isStopping()) return
        metrics.loseConnection()
        logger.warn({ cause: messageOf(err) }, 'connection lost')
      },
    })
    opened.push(() => db.destroy())
    const catalogue = await openCatalogue(db, {
      onChange: ({ version }) => logger.info({ release: version }, 'release seen'),
      onFailure: (err) => logger.error({ err }, 'the database does not answer'),
    })
    opened.push(async () => catalogue.stop())
    if (!catalogue.hasRelease())
      throw usageError('The database holds no release of the data set. Run: npm run db:seed')
    metrics.watchCatalogue(catalogue)
    const ops = buildHealth({ catalogue, metrics, isStopping })
    opened.push(() => ops.close())
    const app = await buildApp({ config, db, catalogue, metrics, logger, isStopping })
    opened.push(() => app.close())
    await listen(() => app.listen({ host: config.host, port: config.port, backlog }), 'PORT', config.port)
    await listen(() => ops.listen({ host: config.opsHost, port: config.opsPort }), 'OPS_PORT', config.opsPort)
  }

  const starting = start()
  let isReady = false
  const noDrain = new AbortController()
  const limits = { delay: config.drainSeconds * 1_000 + grace, logger, skip: [...stopSignals] }
  // A signal in the middle of the start waits for its end: nothing that is being opened is left behind.
  const { close: stop } = closeWithGrace(limits, async ({ err, manual: isAsked = false }) => {
    if (err) logger.fatal({ err }, 'stopping after an error')
    else logger.info('stopping')
    const drains = isAsked && isReady
    stopping.abort()
    await starting.catch(() => undefined) // told below
    const { signal } = noDrain
    if (drains) await sleep(config.drainSeconds * 1_000, undefined, { signal }).catch(() => undefined)
    await close()
  })
  // close-with-grace would end the process at a second signal, in the middle of answers; here it only ends the drain.
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (isStopping() || signal === 'SIGINT') noDrain.abort()
      if (!isStopping()) stop()
    })
  }
  try {
    await starting
  } catch (error) {
    if (error === stopping.signal.reason) return // the stop that was asked for goes on
    await close()
    throw error
  }
  isReady = true
  if (!isStopping()) announce(config.publicUrl)
}

async function listen(start: () => Promise<string>, setting: string, port: number): Promise<void> {
  try {
    await start()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE')
      throw usageError(`Port ${port} is in use: stop what uses it, or set ${setting} to another.`)
    if (code === 'EACCES')
      throw usageError(`Port ${port} needs rights this user lacks: set ${setting} to one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw usageError(
        `This machine cannot listen there: set ${setting.replace('PORT', 'HOST')} to one of its addresses.`,
      )
    }
    throw error
  }
}

function announce(url: string): void {
  process.stdout.write(
    [
      `JTAI Findings API is running on ${url}`,
      `Reference, to read and to try: ${url}/docs`,
      `Try: curl '${url}/v1/findings?area=salford&agency=police&limit=3'`,
      'Ctrl-C stops it.',
      '',
    ].join('\n'),
  )
}

try {
  await main(loadConfig())
} catch (error) {
  if (isUsageError(error)) process.stderr.write(`${error.message}\n`)
  else if (isDatabaseOutage(error)) {
    process.stderr.write(
      `The database does not answer (${messageOf(error)}): check DATABASE_URL and that it runs.\n`,
    )
  } else throw error
  process.exit(1)
}
