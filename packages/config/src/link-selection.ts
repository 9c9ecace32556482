import { anyInterfaceNameRule } from '@vpc-bridge/cni'
import { isLeftOut } from './document.ts'
import { type Field, key } from './field.ts'
import { anyInterfaceName, mac } from './kind.ts'
import { present } from './schema.ts'

/** A link of the host: by name, or by MAC address. With both, the name decides, and the MAC address is there to be compared. */
export type LinkSelection =
  | { readonly by: 'name'; readonly name: string; readonly mac?: string }
  | { readonly by: 'mac'; readonly mac: string }

/**
 * Declares two keys by which a link of the host is named, one of which must be there.
 *
 * @param about the link, in Markdown
 */
export function linkSelection(nameKey: string, macKey: string, about: string): Field<LinkSelection | undefined> {
  const byName = key(nameKey, anyInterfaceName, `${about}, by name; this or \`${macKey}\` is required, and this wins`)
  const byMac = key(macKey, mac, `${about}, by MAC address`)
  return {
    keys: [...byName.keys, ...byMac.keys],
    conditions: [{ anyOf: [present(nameKey), present(macKey)] }],
    read: (document, purpose) => {
      const name = byName.read(document, purpose)
      const address = byMac.read(document, purpose)
      if (name !== undefined) return { by: 'name', name, ...(address === undefined ? {} : { mac: address }) }
      if (address !== undefined) return { by: 'mac', mac: address }
      if (isLeftOut(document, nameKey) && isLeftOut(document, macKey)) {
        const expected = `${anyInterfaceNameRule}; or ${macKey} in its place`
        document.problems.push({ path: document.path + nameKey, found: document.at(nameKey), expected })
      }
      return undefined
    },
  }
}
