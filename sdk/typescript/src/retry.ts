// Asks again while the service, the network or a limit stands in the way: never at once, never all clients together.

export interface RetryOptions {
  /** Tries in all, the first one included. Default 5; 1: never again. */
  readonly attempts?: number
  /** The longest a pause may be, in milliseconds. Default 60,000. A longer `Retry-After` is not waited for. */
  readonly longestPause?: number
  /** The first pause without `Retry-After`, in milliseconds; each next one may be twice as long. Default 500. */
  readonly firstPause?: number
  /** How long one try may take, in milliseconds: to its header fields, and for JSON to its end. Default 60,000. */
  readonly timeout?: number
}

const passing = [429, 502, 503, 504]

/**
 * Gives the last answer, whatever its status; throws what `ask` throws when no attempt is left, and the reason of the
 * signal as soon as it is aborted.
 */
export async function withRetries(
  ask: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
  { attempts = 5, longestPause = 60_000, firstPause = 500, timeout = 60_000 }: RetryOptions = {},
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await askWithin(timeout, ask, signal).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason
      if (attempt >= attempts) throw error
      return null // the network failed
    })
    if (response !== null && (!passing.includes(response.status) || attempt >= attempts)) return response
    const asked = response === null ? null : secondsToWait(response.headers)
    if (response !== null && asked !== null && asked * 1_000 > longestPause) return response
    await response?.body?.cancel()
    // Jitter: on top of what was asked for, or anywhere below a bound that doubles.
    const bound = Math.min(firstPause * 2 ** (attempt - 1), longestPause)
    await pause((asked ?? 0) * 1_000 + Math.random() * bound, signal)
  }
}

/** `Retry-After` in seconds, given as such or as a date; null where there is none. */
export function secondsToWait(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text === null) return null
  if (/^\d+$/.test(text)) return Number(text)
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1_000)
}

/** One try; what it has begun to send after the time is not cut off. */
async function askWithin(
  milliseconds: number,
  ask: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`No answer within ${milliseconds} ms.`)), milliseconds)
  try {
    return await ask(AbortSignal.any([signal, late.signal]))
  } finally {
    clearTimeout(timer)
  }
}

/** The longest a timer of JavaScript can wait. */
const longestTimer = 2 ** 31 - 1

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      },
      Math.min(milliseconds, longestTimer),
    )
    signal.addEventListener('abort', onAbort, { once: true })
  })
