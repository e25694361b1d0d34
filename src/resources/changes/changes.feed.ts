// Change events as an Atom feed (RFC 4287), for feed readers. Pure.
import { createHash } from 'node:crypto'
import { licence, serviceName } from '../../lib/about.ts'
import { valueLabels } from '../../lib/vocabulary.ts'
import type { ChangeEvent } from './changes.schema.ts'

interface Feed {
  /** Address of this page of the feed, of the first one, and of the next; null where there is none. */
  readonly self: string
  readonly first: string
  readonly next: string | null
  /** The feed without filters. */
  readonly stem: string
  readonly updated: string
  /** The filters of the feed, as a canonical query. */
  readonly walk: string
}

export async function writeFeed(events: readonly ChangeEvent[], feed: Feed): Promise<string> {
  const { generateAtomFeed } = await import('feedsmith') // on first use: it is slow to load
  return withoutPadding(
    generateAtomFeed({
      id: identify(`feed ${feed.walk}`),
      title: { value: `${serviceName}: changes` },
      subtitle: { value: 'What each release of the data set changed, record by record, newest first.' },
      updated: feed.updated,
      authors: [{ name: serviceName }],
      rights: { value: `${licence.name}, ${licence.url}` },
      links: [
        { href: feed.self, rel: 'self', type: 'application/atom+xml' },
        { href: feed.first, rel: 'first', type: 'application/atom+xml' },
        ...(feed.next === null ? [] : [{ href: feed.next, rel: 'next', type: 'application/atom+xml' }]),
      ],
      entries: events.map((event) => ({
        id: identify(`change ${event.seq}`),
        title: { value: `${event.release}: ${event.entity} ${event.id} ${event.type}` },
        updated: event.released_at,
        published: event.released_at,
        links: event.url === null ? [] : [{ href: event.url, rel: 'alternate', type: 'application/json' }],
        categories: [
          { term: event.type, scheme: `${feed.stem}#type` },
          { term: event.entity, scheme: `${feed.stem}#entity` },
          ...(event.inspection === null
            ? []
            : [{ term: event.inspection, scheme: `${feed.stem}#inspection` }]),
        ],
        summary: { value: summarize(event) },
        content: { type: 'text', value: describe(event) },
      })),
    }),
  )
}

/** An identifier that stays when the service moves: a UUID (RFC 9562, version 8) made from what it identifies. */
function identify(what: string): string {
  const hash = createHash('sha256').update(`${serviceName} ${what}`).digest('hex')
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}

// feedsmith sets CDATA on lines of its own, and the white space around would be read as part of the text.
const withoutPadding = (xml: string): string =>
  xml.replaceAll(/>\s+<!\[CDATA\[/g, '><![CDATA[').replaceAll(/\]\]>\s+<\//g, ']]></')

function summarize({ type, reason, replaced_by, changed_fields }: ChangeEvent): string {
  const instead = replaced_by === null ? '' : ` Use ${replaced_by} instead.`
  const fields = type === 'corrected' ? ` Changed: ${changed_fields.join(', ')}.` : ''
  return `${reason ?? 'New record.'}${instead}${fields}`
}

const describe = ({ changed_fields, before, after }: ChangeEvent): string =>
  changed_fields
    .map((field) => {
      const [was, is] = [show(before?.[field]), show(after?.[field])]
      if (before === null) return `${field}: ${is}`
      return after === null ? `${field}: ${was}` : `${field}: ${was} → ${is}`
    })
    .join('\n')

function show(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'string') return valueLabels[value] ?? value
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.join(', ')
    : JSON.stringify(value)
}
