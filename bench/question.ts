// Questions for a page of findings, each one new: no server has an answer to it yet.
const day = 86_400_000
const [first, lasts] = [Date.UTC(1900, 0, 1), Date.UTC(2018, 0, 1)]
const firsts = Math.floor((Date.UTC(2016, 0, 1) - first) / day)

export interface Question {
  readonly published_from?: string
  readonly published_to?: string
  readonly agency?: string
}

const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** The nth question: a range of days of its own and, every second time, one of the agencies. */
export function questionAt(n: number, agencies: readonly string[]): Question {
  const agency = n % 2 === 0 ? undefined : agencies[(n >> 1) % agencies.length]
  return {
    published_from: dayAt(first + (n % firsts) * day),
    published_to: dayAt(lasts + Math.floor(n / firsts) * day),
    ...(agency === undefined ? {} : { agency }),
  }
}

export const addressOf = (question: Question): string =>
  `/v1/findings?${new URLSearchParams({ limit: '25', ...question })}`
