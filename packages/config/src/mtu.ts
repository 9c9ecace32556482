import type { Document } from './document.ts'

/** AWS VPCs carry jumbo frames. */
const vpcMtu = 9001
/** The least that IPv6 needs (RFC 8200), and the most that an interface can have. */
const [least, most] = [1280, 65_535]

/** Reads `mtu`, in bytes. 0 is for the default, as with other plugins. */
export function mtuOf(document: Document): number {
  const found = document.at('mtu')
  if (found === undefined || found === null || found === 0) return vpcMtu
  if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) return found
  document.problems.push({ path: 'mtu', found, expected: `a whole number from ${least} to ${most}` })
  return vpcMtu
}
