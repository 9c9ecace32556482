import { interfaceNameRule, isInterfaceName } from '@vpc-bridge/cni'
import { type Document, isLeftOut, optional } from './document.ts'
import type { EniSelection } from './network-config.ts'

export const macRule = 'the MAC address of a single interface, such as "0a:1b:2c:3d:4e:5f"'

/** Reads `eniName` and `eniMACAddress`, one of which must be there. */
export function eniSelection(document: Document): EniSelection | undefined {
  const name = optional(document, 'eniName', interfaceNameRule, (text) => (isInterfaceName(text) ? text : undefined))
  const mac = optional(document, 'eniMACAddress', macRule, parseMac)
  if (name !== undefined) return { by: 'name', name, ...(mac === undefined ? {} : { mac }) }
  if (mac !== undefined) return { by: 'mac', mac }
  if (isLeftOut(document, 'eniName') && isLeftOut(document, 'eniMACAddress')) {
    const expected = `${interfaceNameRule}; or eniMACAddress in its place`
    document.problems.push({ path: 'eniName', found: document.at('eniName'), expected })
  }
  return undefined
}

/** The three ways of writing one that Go's net.ParseMAC takes, and so the reference plugin does. */
const macForms = [/^[\da-f]{2}(:[\da-f]{2}){5}$/i, /^[\da-f]{2}(-[\da-f]{2}){5}$/i, /^[\da-f]{4}(\.[\da-f]{4}){2}$/i]

/**
 * Reads a MAC address of 48 bits.
 *
 * @returns lower case, with colons; `undefined` for group addresses and the zero address, which no interface has
 */
export function parseMac(text: string): string | undefined {
  if (!macForms.some((form) => form.test(text))) return undefined
  const bytes = text.toLowerCase().match(/[\da-f]{2}/g) ?? []
  const isGroup = (Number.parseInt(bytes[0] ?? '', 16) & 1) === 1
  const isZero = bytes.every((byte) => byte === '00')
  return isGroup || isZero ? undefined : bytes.join(':')
}
