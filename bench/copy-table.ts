// The table of /v1/findings.csv as one plain query for the database, as somebody would write it who has its schema.

const listOf = (list: 'agency' | 'theme') => `
  SELECT link.finding_id, string_agg(code.id, ';' ORDER BY link.position) AS codes,
    string_agg(replace(code.label, ';', ','), ';' ORDER BY link.position) AS labels
  FROM finding_${list} link JOIN ${list} code ON code.release_id = link.release_id AND code.id = link.${list}_id
  WHERE link.release_id = (SELECT max(id) FROM release)
  GROUP BY link.finding_id`

/** All on one line, as \copy wants it. */
export const copyTable = (base: string): string =>
  `
  SELECT f.id, f.programme_id AS programme, f.scope, f.inspection_id AS inspection, f.area_id AS area,
    area.name AS area_name, area.gss_code, area.region, f.published_on, f.kind, f.section, f.basis,
    agencies.codes AS agencies, agencies.labels AS agency_labels, themes.codes AS themes,
    themes.labels AS theme_labels, f.summary, evidence.page, evidence.item, publication.title AS source_title,
    publication.url || coalesce('#page=' || evidence.page, '') AS source_url, f.note,
    '${base}/findings/' || f.id AS url
  FROM finding f
  LEFT JOIN area ON area.release_id = f.release_id AND area.id = f.area_id
  JOIN evidence ON evidence.release_id = f.release_id AND evidence.finding_id = f.id AND evidence.position = 1
  JOIN publication ON publication.release_id = f.release_id AND publication.id = evidence.publication_id
  JOIN (${listOf('agency')}) agencies ON agencies.finding_id = f.id
  JOIN (${listOf('theme')}) themes ON themes.finding_id = f.id
  WHERE f.release_id = (SELECT max(id) FROM release)
  ORDER BY f.position`.replaceAll(/\s+/g, ' ')
