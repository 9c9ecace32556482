export const macRule = 'the MAC address of a single interface, such as "0a:1b:2c:3d:4e:5f"'

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
