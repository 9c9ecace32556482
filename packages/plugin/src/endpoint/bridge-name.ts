import { longestLinkName } from '@vpc-bridge/kernel'
import { digest } from './names.ts'

/**
 * Returns the name of the bridge of a network on a network card: `<network>br<index>`; of a name that is too long for that the
 * beginning, and up to 20 bits of a hash of all of it.
 *
 * @param network name of the network, as records know it
 * @param index interface index of the card
 */
export function bridgeName(network: string, index: number): string {
  const end = `br${index}`
  const room = longestLinkName - end.length
  if (network.length <= room) return `${network}${end}`
  // The last digits: the last characters of a text, in which names differ most often, change the first ones too little.
  const hash = digest(network).slice(-Math.min(5, room))
  return `${network.slice(0, room - hash.length)}${hash}${end}`
}

/** Returns the index in the name of a network's bridge: that of the card when the network was made; `undefined` for any other name. */
export function indexInBridgeName(network: string, bridge: string): number | undefined {
  const [, digits] = /br([1-9]\d*)$/.exec(bridge) ?? []
  const index = Number(digits)
  return bridgeName(network, index) === bridge ? index : undefined
}
