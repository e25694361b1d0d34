// One spelling for every query: behind ETag, permalink, cursor, cache key and meta.query. Pure.

export type QueryValue = string | number | boolean | readonly string[]
export type Query = Readonly<Record<string, QueryValue | undefined>>

/**
 * Keys and values sorted, values of one key joined by commas and told once, defaults dropped.
 * `{ kind: ['strength'], area: ['b', 'a'], limit: 100 }` with default limit 100 gives `area=a,b&kind=strength`.
 */
export function canonicalQuery(query: Query, defaults: Query = {}): string {
  return Object.keys(query)
    .sort()
    .flatMap((key) => {
      const value = query[key]
      if (value === undefined || value === defaults[key]) return []
      const text = Array.isArray(value)
        ? [...new Set(value.map(encode))].sort().join(',')
        : encode(String(value))
      return [`${encode(key)}=${text}`]
    })
    .join('&')
}

/** Appends a query to an address; an empty query adds nothing. */
export const withQuery = (address: string, query: string): string =>
  query === '' ? address : `${address}?${query}`

const encode = encodeURIComponent
