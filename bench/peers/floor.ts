// The list of findings as one writes it first: Fastify and Kysely, a query for the page and one for the total at every
// request, no schema, nothing kept. It reads DATABASE_URL and links to PUBLIC_URL.
import Fastify from 'fastify'
import { type SelectQueryBuilder, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { openReader } from '../../src/db/client.ts'
import type { DB } from '../../src/db/types.gen.ts'
import type { Question } from '../question.ts'
import { listen } from './listen.ts'

const { DATABASE_URL = '', PUBLIC_URL = '' } = process.env
const db = openReader(DATABASE_URL, { maxConnections: 10 })

function filter<T>(
  qb: SelectQueryBuilder<DB, 'finding', T>,
  { published_from, published_to, agency }: Question,
) {
  return qb
    .where('finding.release_id', '=', ({ selectFrom }) =>
      selectFrom('release').select((eb) => eb.fn.max('release.id').as('id')),
    )
    .$if(published_from !== undefined, (some) =>
      some.where('finding.published_on', '>=', published_from ?? ''),
    )
    .$if(published_to !== undefined, (some) => some.where('finding.published_on', '<=', published_to ?? ''))
    .$if(agency !== undefined, (some) =>
      some.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('finding_agency as link')
            .innerJoin('agency', (join) =>
              join
                .onRef('agency.release_id', '=', 'link.release_id')
                .onRef('agency.id', '=', 'link.agency_id'),
            )
            .select('link.agency_id')
            .whereRef('link.release_id', '=', 'finding.release_id')
            .whereRef('link.finding_id', '=', 'finding.id')
            .where((eb) =>
              eb.or([eb('agency.id', '=', agency ?? ''), eb('agency.broader', '=', agency ?? '')]),
            ),
        ),
      ),
    )
}

const readPage = (question: Question, limit: number) =>
  filter(db.selectFrom('finding'), question)
    .leftJoin('area', (join) =>
      join.onRef('area.release_id', '=', 'finding.release_id').onRef('area.id', '=', 'finding.area_id'),
    )
    .select(['finding.id', 'finding.programme_id as programme', 'finding.scope'])
    .select(['finding.inspection_id as inspection', 'finding.area_id as area', 'area.region'])
    .select(['finding.publication_id as publication', 'finding.published_on', 'finding.kind'])
    .select(['finding.section', 'finding.basis', 'finding.summary', 'finding.note'])
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('finding_agency as link')
          .select('link.agency_id as id')
          .whereRef('link.release_id', '=', 'finding.release_id')
          .whereRef('link.finding_id', '=', 'finding.id')
          .orderBy('link.position'),
      ).as('agencies'),
      jsonArrayFrom(
        eb
          .selectFrom('finding_theme as link')
          .select('link.theme_id as id')
          .whereRef('link.release_id', '=', 'finding.release_id')
          .whereRef('link.finding_id', '=', 'finding.id')
          .orderBy('link.position'),
      ).as('themes'),
      jsonArrayFrom(
        eb
          .selectFrom('evidence')
          .innerJoin('publication', (join) =>
            join
              .onRef('publication.release_id', '=', 'evidence.release_id')
              .onRef('publication.id', '=', 'evidence.publication_id'),
          )
          .select(['evidence.publication_id as publication', 'evidence.relation', 'evidence.page'])
          .select(['evidence.heading', 'evidence.item'])
          .select(sql<string>`publication.url || coalesce('#page=' || evidence.page, '')`.as('url'))
          .whereRef('evidence.release_id', '=', 'finding.release_id')
          .whereRef('evidence.finding_id', '=', 'finding.id')
          .orderBy('evidence.position'),
      ).as('evidence'),
    ])
    .orderBy('finding.published_on', 'desc')
    .orderBy('finding.id')
    .limit(limit)
    .execute()

const countAll = (question: Question) =>
  filter(db.selectFrom('finding'), question)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()

const app = Fastify()
app.get<{ Querystring: Question & { limit: string } }>('/v1/findings', async ({ query }) => {
  const limit = Number(query.limit)
  const [rows, { total }] = await Promise.all([readPage(query, limit), countAll(query)])
  const data = rows.map((row) => ({
    ...row,
    agencies: row.agencies.map(({ id }) => id),
    themes: row.themes.map(({ id }) => id),
    url: `${PUBLIC_URL}/v1/findings/${row.id}`,
  }))
  return { data, page: { limit, count: data.length, total } }
})
await listen(app)
