import { anyInterfaceNameRule } from '@vpc-bridge/cni'
import { isLeftOut } from './document.ts'
import { type Field, fields, key } from './field.ts'
import { anyInterfaceName, mac } from './kind.ts'
import { present } from './schema.ts'

/** A network card of the host, as a configuration names it. */
export interface CardSelection {
  readonly name?: string
  /** Six lower-case hexadecimal pairs with colons. */
  readonly mac?: string
}

/**
 * Declares the name and the MAC address of a network card, one of which must be there. It is empty when both are missing or wrong, and
 * noted so.
 *
 * @param nameKey such as `eniName`
 * @param macKey such as `eniMACAddress`
 * @param about the card, in Markdown
 */
export function card(nameKey: string, macKey: string, about: string): Field<CardSelection> {
  const both = fields({
    name: key(nameKey, anyInterfaceName, `${about}, by name; this or \`${macKey}\` is required`),
    mac: key(macKey, mac, `${about}, by MAC address`),
  })
  return {
    ...both,
    conditions: [{ anyOf: [present(nameKey), present(macKey)] }],
    read: (document, purpose) => {
      const selection = both.read(document, purpose)
      if (isLeftOut(document, nameKey) && isLeftOut(document, macKey)) {
        const expected = `${anyInterfaceNameRule}; or ${macKey} in its place`
        document.problems.push({ path: document.path + nameKey, found: document.at(nameKey), expected })
      }
      return selection
    },
  }
}
