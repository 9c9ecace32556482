/** What a container ID has to be, as a noun phrase for messages. */
export const containerIdRule = 'letters, digits, "_", "." and "-" after a letter or digit'

/** Whether a text can identify a container (CNI specification, section "Parameters"). */
export function isContainerId(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)
}

/** What the name of an interface has to be, as a noun phrase for messages. */
export const interfaceNameRule =
  'the name of a network interface: 1 to 15 bytes, without "/", ":" or white space, and not "." or ".."'

/**
 * Whether a text can name an interface (CNI specification, section "Parameters"; dev_valid_name() of Linux). `%` is
 * refused as well: the kernel puts a number in its place.
 */
export function isInterfaceName(text: string): boolean {
  const bytes = new TextEncoder().encode(text).length
  return bytes > 0 && bytes <= 15 && text !== '.' && text !== '..' && !/[\s/:%\p{Cc}]/u.test(text)
}
