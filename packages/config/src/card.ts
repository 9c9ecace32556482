import { interfaceNameRule, isInterfaceName } from '@vpc-bridge/cni'
import { type Document, isLeftOut, optional, required } from './document.ts'
import { macRule, parseMac } from './eni.ts'

/** A network card of the host, as a configuration names it. */
export interface CardSelection {
  readonly name?: string
  /** Six lower-case hexadecimal pairs with colons. */
  readonly mac?: string
}

/**
 * Reads the name and the MAC address of a network card, one of which must be there.
 *
 * @param nameKey such as `eniName`
 * @param macKey such as `eniMACAddress`
 */
export function cardOf(document: Document, nameKey: string, macKey: string): CardSelection {
  const name = optional(document, nameKey, interfaceNameRule, (text) => (isInterfaceName(text) ? text : undefined))
  const mac = optional(document, macKey, macRule, parseMac)
  if (isLeftOut(document, nameKey) && isLeftOut(document, macKey)) {
    const expected = `${interfaceNameRule}; or ${macKey} in its place`
    document.problems.push({ path: nameKey, found: document.at(nameKey), expected })
  }
  return { ...(name === undefined ? {} : { name }), ...(mac === undefined ? {} : { mac }) }
}

/** Reads a MAC address. `undefined` when it is missing or wrong, and noted so. */
export function macAddressOf(document: Document, key: string): string | undefined {
  return required(document, key, macRule, parseMac)
}
