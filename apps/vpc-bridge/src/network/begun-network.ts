import type { Link } from '@vpc-bridge/kernel'
import { isDummy } from '@vpc-bridge/link'
import { indexInBridgeName } from '@vpc-bridge/plugin'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { isNewerRecord } from '../record-text.ts'
import { bridgeMacFor, networkNames } from './names.ts'
import type { Network, Wanted } from './network.ts'
import { readNetworkAlias } from './network-record.ts'
import { isReferenceBridge } from './reference-plugin.ts'

/** Returns a network without a record: one that an ADD has begun, one of the reference plugin, or none yet. */
export function begunNetwork(
  { network, eni: wanted }: Wanted,
  bridge: Link | undefined,
  links: readonly Link[],
  eni: Link | undefined,
): Omit<Network, 'isEniInPlace'> {
  const name = eni?.name ?? (wanted.by === 'name' ? wanted.name : '')
  const former = bridge === undefined ? formerEni(network, links, { name, index: eni?.index }) : undefined
  if (former !== undefined) return { names: networkNames(network, former), recordedEni: former.name }
  const index = (bridge === undefined ? undefined : indexInBridgeName(network, bridge.name)) ?? eni?.index ?? 0
  const base = { names: networkNames(network, { name, index }), recordedEni: name }
  if (bridge === undefined) return base
  // Shortened names may be the same.
  const { network: other = network } = readNetworkAlias(bridge.alias) ?? {}
  if (other !== network) return { ...base, foreign: bridge }
  if (isNewerRecord(bridge.alias) || isUnfinished(network, bridge, links, eni)) return { ...base, bridge }
  if (bridge.kind !== 'bridge' || !isReferenceBridge(bridge, links, eni)) return { ...base, foreign: bridge }
  return { ...base, bridge, bridgeType: 'L3', bridgeMac: bridge.mac }
}

/**
 * Returns name and index that an ENI had when a network was made on it whose bridge another process has deleted since, by the names of
 * the dummy link that is left. The bridge gets its former name again, and with that the MAC address that its containers send to.
 *
 * @param now name of the ENI now, and its index
 */
function formerEni(
  network: string,
  links: readonly Link[],
  now: { readonly name: string; readonly index: number | undefined },
): { readonly name: string; readonly index: number } | undefined {
  const left = links.filter((link) => isDummy(link) && link.master === undefined)
  const enis = left.flatMap((link) => {
    const names = [link.name, ...link.altNames].flatMap((each) => /^(.+)dummy$/.exec(each)?.[1] ?? [])
    const index = names.flatMap((each) => indexInBridgeName(network, each) ?? [])[0]
    const start = `${network}br`
    const byName = names.find((each) => each.startsWith(start) && each !== `${start}${index}`)?.slice(start.length)
    return index === undefined || byName === undefined ? [] : [{ name: byName, index }]
  })
  // One that is still there is another one.
  const isGone = ({ name }: { readonly name: string }) => links.every((link) => link.name !== name)
  return enis.find((each) => each.name === now.name || each.index === now.index || isGone(each))
}

/** Whether a bridge is one that an ADD was killed over before it wrote the record, or one whose record somebody has removed. */
function isUnfinished(
  network: string,
  { name, index, kind, mac }: Link,
  links: readonly Link[],
  eni: Link | undefined,
): boolean {
  if (kind !== 'bridge' || mac === undefined) return false
  if (mac === bridgeMacFor(name)) return true
  const ports = links.filter(({ master }) => master === index)
  const isOurs = ({ alias }: Link) => readEndpointAlias(alias)?.network === network
  return mac === eni?.mac && (ports.length === 0 || ports.some(isOurs))
}
