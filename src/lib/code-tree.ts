// Broader and narrower codes of a code list. Pure.

interface Code {
  readonly id: string
  readonly broader: string | null
}

/** Every code paired with itself and with each code above it. */
export function pairWithAncestors(codes: readonly Code[]): { code: string; id: string }[] {
  const broader = new Map(codes.map((code) => [code.id, code.broader]))
  return codes.flatMap((code) => {
    const pairs = []
    for (let id: string | null = code.id; id !== null; id = broader.get(id) ?? null)
      pairs.push({ code: code.id, id })
    return pairs
  })
}

/** The codes given and every code below them. */
export function withNarrower(codes: readonly Code[], chosen: readonly string[]): string[] {
  const wanted = new Set(chosen)
  return [...new Set(pairWithAncestors(codes).flatMap(({ code, id }) => (wanted.has(id) ? [code] : [])))]
}
