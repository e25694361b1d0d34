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

/** What people read for the values of the closed vocabularies. */
export const valueLabels: Readonly<Record<string, string>> = {
  strength: 'Strength',
  area_for_improvement: 'Area for improvement',
  context: 'Context',
  summary: 'Opening summary',
  key_strengths: 'Key strengths',
  areas_for_improvement: 'Areas for improvement',
  case_study: 'Case study',
  next_steps: 'Next steps',
  report: 'Overview report',
  statement: 'Statement',
  stated: "Stated in the inspectorates' own text",
  reported: 'Reported by another publication',
  area: 'About one area',
  national: 'National',
}
