// The values a finding counts under in each dimension of a release. Pure.
import type { Edition } from '../../db/catalogue.ts'
import type { Register } from '../../db/register.ts'
import { columnKeys, type Keys, linkKeys } from '../../db/register-keys.ts'
import { pairWithAncestors } from '../../lib/code-tree.ts'
import type { Dimension } from './findings.schema.ts'

/** Agencies and themes come with the broader ones, unless `rollup` is false. */
export function keysOf(
  register: Register,
  { codes }: Edition,
  dimension: Dimension,
  rollup: boolean | undefined,
): Keys {
  if (dimension === 'agency' || dimension === 'theme') {
    const list = dimension === 'agency' ? codes.agencies : codes.themes
    const pairs = rollup === false ? list.map(({ id }) => ({ code: id, id })) : pairWithAncestors(list)
    return linkKeys(register[dimension], pairs)
  }
  if (dimension !== 'region') return columnKeys(register.columns[dimension])
  const regions = new Map(codes.areas.map(({ id, region }) => [id, region]))
  return columnKeys(register.columns.area, (area) => regions.get(area) ?? null)
}
