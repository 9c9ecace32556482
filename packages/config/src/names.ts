/** The kernel's limit for the name of an interface, in bytes (IFNAMSIZ less the terminator). */
const longestInterfaceName = 15

/** The longest name of a network: it begins the name of its bridge, `<name>br<interface index>`. */
const longestNetworkName = longestInterfaceName - 'br1'.length

/** What the name of a network has to be, as a noun phrase for messages. */
export const networkNameRule = `a name of 1 to ${longestNetworkName} letters, digits, "_", "." or "-" that begins with a letter or digit; the bridge's name is made of it, "br" and the ENI's interface index, ${longestInterfaceName} characters at most`

/**
 * Whether a text can name a network. The bridge's name may still be too long, when the ENI's index has several digits.
 *
 * @see CNI specification 1.1.0, section 1, key `name`
 */
export function isNetworkName(text: string): boolean {
  return text.length <= longestNetworkName && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)
}
