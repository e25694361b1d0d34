// A client as they should be: one connection kept open, one question after another, half of them asked by nobody before.
import { openWire } from './wire.ts'

export interface Honest {
  /** Asks so many times; how long each took in milliseconds, and what went wrong. */
  round(questions: number): Promise<{ readonly times: number[]; readonly failures: string[] }>
  close(): void
}

let asked = 0

export function openHonest(port: number, localAddress: string): Honest {
  let wire = openWire(port, localAddress)
  const ask = async (target: string): Promise<string | null> => {
    wire.send(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`))
    const answer = await wire.answer('GET').catch((error) => String(error))
    if (typeof answer === 'string') return `${target}: ${answer}`
    return answer?.status === 200 ? null : `${target}: ${answer?.status ?? 'closed'}`
  }
  return {
    round: async (questions) => {
      const times: number[] = []
      const failures: string[] = []
      for (let at = 0; at < questions; at += 1) {
        if (!wire.isOpen()) wire = openWire(port, localAddress)
        const began = performance.now()
        const failure = await ask(at % 2 === 0 ? '/v1/areas' : newTarget())
        times.push(performance.now() - began)
        if (failure !== null) failures.push(`${new Date().toISOString()} ${at} ${failure}`)
      }
      return { times, failures }
    },
    close: () => wire.close(),
  }
}

const rounds = 5
const perRound = 200

/** The 99th percentile an honest client sees, as the median of some rounds: one stray pause does not decide. */
export async function measureHonest(
  port: number,
): Promise<{ p99: number; failures: readonly string[]; asked: number }> {
  const honest = openHonest(port, '127.0.9.9')
  const all = []
  for (let round = 0; round < rounds; round += 1) all.push(await honest.round(perRound))
  honest.close()
  return {
    p99: median(all.map(({ times }) => times.toSorted((a, b) => a - b)[Math.floor(perRound * 0.99)] ?? 0)),
    failures: all.flatMap(({ failures }) => failures),
    asked: rounds * perRound,
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A page nobody has asked for before: each first day of its own. */
function newTarget(): string {
  const day = new Date(Date.UTC(1900, 0, 1 + asked++)).toISOString().slice(0, 10)
  return `/v1/findings?limit=10&published_from=${day}`
}
