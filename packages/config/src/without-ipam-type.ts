import type { Addressing } from './addressing.ts'
import { type Field, mapField } from './field.ts'

/**
 * Refuses an IPAM plugin that cannot serve where an ADD would need it, and takes no notice of it elsewhere.
 *
 * @param type of that IPAM plugin
 * @param expected which one would do, as a noun phrase
 */
export function withoutIpamType(field: Field<Addressing>, type: string, expected: string): Field<Addressing> {
  const condition = { properties: { ipam: { properties: { type: { not: { const: type } } } } } }
  const read = mapField(field, (meaning, { problems }, { command }) => {
    const { ipam: found, ...others } = meaning
    if (found?.type !== type) return meaning
    if (command === 'ADD' || command === 'STATUS') problems.push({ path: 'ipam.type', found: type, expected })
    return others
  })
  return { ...read, conditions: [...(field.conditions ?? []), condition] }
}
