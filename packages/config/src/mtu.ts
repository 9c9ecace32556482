import { type Document, isLeftOut } from './document.ts'

/** The least that IPv6 needs (RFC 8200), and the most that an interface can have. */
const [least, most] = [1280, 65_535]

/**
 * Reads `mtu`, in bytes.
 *
 * @param defaultMtu for a document without it, or with 0, which says the same to other plugins
 */
export function mtuOf(document: Document, defaultMtu: number): number {
  const found = document.at('mtu')
  if (isLeftOut(document, 'mtu') || found === 0) return defaultMtu
  if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) return found
  document.problems.push({ path: 'mtu', found, expected: `a whole number from ${least} to ${most}` })
  return defaultMtu
}
