import { encodeUtf8 } from '@vpc-bridge/runtime'

/** What a container ID has to be, as a noun phrase for messages. */
export const containerIdRule = 'letters, digits, "_", "." and "-" after a letter or digit'

/** Whether a text can identify a container (CNI specification, section "Parameters"). */
export function isContainerId(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text)
}

/** The kernel's limit for the name of an interface, in bytes (IFNAMSIZ less the terminator). */
const longestInterfaceName = 15

/** What the name of an interface has to be, as a noun phrase for messages. */
export const interfaceNameRule = ruleFor('', longestInterfaceName)

/** The kernel's limit for an alternative name, in bytes (ALTIFNAMSIZ less the terminator). */
const longestAlternativeName = 127

/** What a name by which an interface is found has to be, as a noun phrase for messages. */
export const anyInterfaceNameRule = ruleFor(', or alternative name,', longestAlternativeName)

function ruleFor(more: string, most: number): string {
  return `the name${more} of a network interface: 1 to ${most} bytes of visible characters, without "/", ":", "%" or white space, and not ".", "..", "all" or "default"`
}

/** Directories, and those of the settings below /proc/sys/net that are for no interface, or for all (`devinet_sysctl_register`). */
const reserved = ['.', '..', 'all', 'default']

/**
 * Whether a text can name an interface: what Linux takes, less invisible characters, which it does take.
 *
 * @see CNI specification, section "Parameters"; dev_valid_name() in net/core/dev.c of Linux. `%` is refused as well: the
 * kernel puts a number in place of `%d`, and takes no other `%`.
 */
export function isInterfaceName(text: string): boolean {
  return isName(text, longestInterfaceName)
}

/** Whether a text can be a name by which an interface is found: its name, or an alternative one, as udev gives them. */
export function isAnyInterfaceName(text: string): boolean {
  return isName(text, longestAlternativeName)
}

function isName(text: string, most: number): boolean {
  const bytes = encodeUtf8(text)
  if (bytes.length < 1 || bytes.length > most || reserved.includes(text)) return false
  // The kernel reads Latin-1, where 0xa0 is white space: it refuses "à", which is c3 a0 in UTF-8, and takes "é".
  return !bytes.includes(0xa0) && !/[\s/:%\p{C}]/u.test(text)
}
