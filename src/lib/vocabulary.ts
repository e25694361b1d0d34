// The closed vocabularies of the domain. They change only with the API, never with the data.

export const kinds = ['strength', 'area_for_improvement', 'context'] as const
export const sections = [
  'summary',
  'key_strengths',
  'areas_for_improvement',
  'case_study',
  'next_steps',
  'report',
  'statement',
] as const
export const bases = ['stated', 'reported'] as const
export const scopes = ['area', 'national'] as const
export const publicationTypes = [
  'inspection_letter',
  'overview_report',
  'guidance',
  'announcement',
  'inspectorate_blog',
  'news_article',
] as const
export const authorityTypes = [
  'county',
  'london_borough',
  'metropolitan_district',
  'unitary_authority',
] as const

export type Kind = (typeof kinds)[number]
