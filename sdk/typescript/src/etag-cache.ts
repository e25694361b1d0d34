// Keeps JSON answers with their validators, so that asking again costs a 304. Bounded: what was not used longest goes.

interface Kept {
  readonly etag: string
  readonly text: string
  readonly headers: [string, string][]
}

export interface EtagCache {
  /** The header fields to ask with. */
  validators(key: string): Readonly<Record<string, string>>
  /** The answer to give: what came, kept for the next time, or what was kept where a 304 came. */
  settle(key: string, response: Response): Promise<Response>
}

/** Room for answers of so many characters altogether; none is kept that would take more than a quarter of it. */
export function createEtagCache(mostCharacters: number): EtagCache {
  const kept = new Map<string, Kept>()
  let characters = 0

  const drop = (key: string) => {
    characters -= kept.get(key)?.text.length ?? 0
    kept.delete(key)
  }
  const answer = ({ text, headers }: Kept) => new Response(text, { status: 200, headers })

  return {
    validators: (key) => {
      const found = kept.get(key)
      return found === undefined ? {} : { 'If-None-Match': found.etag }
    },
    settle: async (key, response) => {
      const found = kept.get(key)
      if (response.status === 304 && found !== undefined) {
        kept.delete(key) // the last one used stands last
        kept.set(key, found)
        return answer(found)
      }
      const etag = response.headers.get('etag')
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      if (response.status !== 200 || etag === null || !isJson) return response
      const one: Kept = { etag, text: await response.text(), headers: [...response.headers] }
      drop(key)
      if (one.text.length <= mostCharacters / 4) {
        kept.set(key, one)
        characters += one.text.length
      }
      for (const oldest of kept.keys()) {
        if (characters <= mostCharacters) break
        drop(oldest)
      }
      return answer(one)
    },
  }
}
