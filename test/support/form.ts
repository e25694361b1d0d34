// The form of filters as a browser reads it: what can be chosen, what is chosen, and what it would send.
import { attributeOf, type Element, select, selectOne, textOf } from './html.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  /** How many findings it says it has; null where it says nothing. */
  readonly count: number | null
  readonly isChecked: boolean
}

export type Fields = readonly (readonly [name: string, value: string])[]

const controls = ['input', 'select']

/** What the form sends when it is submitted, empty fields too. */
export function fieldsOf(page: Element): Fields {
  return listControls(selectOne(page, 'form.filters')).flatMap((control): Fields => {
    const name = attributeOf(control, 'name')
    if (control.tag === 'select') {
      const options = select(control, 'option')
      const chosen = options.find(({ attributes }) => attributes.has('selected')) ?? options[0]
      return [[name, chosen?.attributes.get('value') ?? textOf(chosen)]]
    }
    const isSent = attributeOf(control, 'type') !== 'checkbox' || control.attributes.has('checked')
    return isSent ? [[name, attributeOf(control, 'value')]] : []
  })
}

const listControls = (element: Element | undefined): Element[] =>
  (element?.children ?? []).flatMap((child) =>
    typeof child === 'string' ? [] : controls.includes(child.tag) ? [child] : listControls(child),
  )

/** The values of one field, in the order they would be sent. */
export const valuesOf = (fields: Fields, name: string): string[] =>
  fields.flatMap(([own, value]) => (own === name ? [value] : []))

/** The boxes that can be ticked for a parameter. */
export const choicesOf = (page: Element, name: string): Choice[] =>
  select(page, 'form.filters label.choice').flatMap((label) => {
    const box = selectOne(label, `input[name=${name}]`)
    const count = selectOne(label, '.choice__count')
    if (box === undefined) return []
    return {
      value: attributeOf(box, 'value'),
      label: textOf(selectOne(label, 'span')),
      count: count === undefined ? null : Number(textOf(count)),
      isChecked: box.attributes.has('checked'),
    }
  })
