/** The kernel's limit for the name of an interface, in bytes (IFNAMSIZ less the terminator). */
const longestInterfaceName = 15

/** What a name of an interface has to be, as a noun phrase for messages. */
export const interfaceNameRule =
  'the name of a network interface: 1 to 15 bytes, without "/", ":" or white space, and not "." or ".."'

/**
 * Whether Linux takes a text for the name of an interface.
 *
 * @see dev_valid_name() in net/core/dev.c of Linux. `%` is refused as well: the kernel puts a number in its place.
 */
export function isInterfaceName(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length
  return bytes > 0 && bytes <= longestInterfaceName && text !== '.' && text !== '..' && !/[\s/:%\p{Cc}]/u.test(text)
}

/** The longest name of a network: it begins the name of its bridge, `<name>br<interface index>`. */
const longestNetworkName = longestInterfaceName - 'br1'.length

/** What the name of a network has to be, as a noun phrase for messages. */
export const networkNameRule = `a name of 1 to ${longestNetworkName} letters, digits, "_", "." or "-" that begins with a letter or digit; it becomes part of the bridge's name`

/**
 * Whether a text can name a network.
 *
 * @see CNI specification 1.1.0, section 1, key `name`
 */
export function isNetworkName(text: string): boolean {
  return text.length <= longestNetworkName && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)
}
