// Keeps JSON answers with their validators, so that asking again costs a 304. Bounded: what was not used longest goes.

interface Kept {
  readonly etag: string
  readonly text: string
  readonly headers: [string, string][]
}

export interface EtagCache {
  /** What is kept under a key; null where there is nothing. */
  find(key: string): Kept | null
  /** The answer to give when a 304 has confirmed what was kept. */
  use(key: string, kept: Kept): Response
  /** The answer that came; where it can be revalidated, it is kept for the next time. */
  keep(key: string, response: Response): Promise<Response>
}

export const isJson = ({ headers }: Response): boolean =>
  /^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '')

/** Room for answers of so many characters altogether; none is kept that would take more than a quarter of it. */
export function createEtagCache(mostCharacters: number): EtagCache {
  const all = new Map<string, Kept>()
  let characters = 0

  const drop = (key: string) => {
    characters -= all.get(key)?.text.length ?? 0
    all.delete(key)
  }
  const add = (key: string, kept: Kept) => {
    drop(key)
    all.set(key, kept) // the last one used stands last
    characters += kept.text.length
    for (const oldest of all.keys()) {
      if (characters <= mostCharacters) break
      drop(oldest)
    }
  }
  const answer = ({ text, headers }: Kept) => new Response(text, { status: 200, headers })

  return {
    find: (key) => all.get(key) ?? null,
    use: (key, kept) => {
      add(key, kept)
      return answer(kept)
    },
    keep: async (key, response) => {
      const etag = response.headers.get('etag')
      if (response.status !== 200 || etag === null || !isJson(response)) return response
      const kept: Kept = { etag, text: await response.text(), headers: [...response.headers] }
      if (kept.text.length <= mostCharacters / 4) add(key, kept)
      return answer(kept)
    },
  }
}
