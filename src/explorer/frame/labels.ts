// What people read for the identifiers of an edition. Pure.
import type { Edition } from '../../db/catalogue.ts'

interface Labelled {
  readonly id: string
  readonly label: string
}

/** The name of an area; `National` for what is of none. */
export const areaName = ({ codes }: Edition, area: string | null): string =>
  codes.areas.find(({ id }) => id === area)?.name ?? area ?? 'National'

export const publicationTitle = ({ codes }: Edition, publication: string): string =>
  codes.publications.find(({ id }) => id === publication)?.title ?? publication

/** The label of an agency or theme. */
export const codeLabel = (list: readonly Labelled[], code: string): string =>
  list.find(({ id }) => id === code)?.label ?? code
