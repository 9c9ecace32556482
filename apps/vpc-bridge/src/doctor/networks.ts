import type { Link, Netns } from '@vpc-bridge/kernel'
import { eniOfRecord } from '../network/locate-network.ts'
import { type NetworkRecord, readNetworkAlias } from '../network/network-record.ts'
import { isNewerRecord } from '../record-text.ts'
import type { Finding } from './model.ts'

/** Examines the networks that exist on a host: whether an ADD could use each, as far as that does not depend on its configuration. */
export async function networksOf(host: Netns): Promise<readonly Finding[]> {
  const links = (await host.links()).unwrapOr([])
  return links.flatMap((bridge): readonly Finding[] => {
    if (bridge.kind !== 'bridge') return []
    if (isNewerRecord(bridge.alias)) return [newer(bridge)]
    const record = readNetworkAlias(bridge.alias)
    return record === undefined ? [] : [networkOn(links, bridge, record)]
  })
}

function newer({ name }: Link): Finding {
  const found = 'its record is of a newer version, which this version cannot read'
  const remedy = 'use the vpc-bridge that has made it, or a newer one'
  return { id: 'network', what: `network on ${name}`, state: 'missing', found, remedy }
}

function networkOn(links: readonly Link[], bridge: Link, record: NetworkRecord): Finding {
  const { network, eni: former, mac } = record
  const shared = { id: 'network', what: `network ${network}` } as const
  const eni = eniOfRecord(links, record)
  if (eni === undefined) {
    const found = `${bridge.name}, but its ENI is gone: ${former}, with the MAC address ${mac}`
    return { ...shared, state: 'missing', found, remedy: 'attach that interface again' }
  }
  const other = links.find(({ index }) => index === eni.master && index !== bridge.index)
  if (other !== undefined) {
    const found = `${bridge.name}, but its ENI ${eni.name} is a part of ${other.name}`
    return { ...shared, state: 'missing', found, remedy: `ip link set dev ${eni.name} nomaster` }
  }
  if (eni.name === former) return { ...shared, state: 'there', found: `${bridge.name} on ${eni.name}` }
  const renamed = `${bridge.name} on ${eni.name}, which was ${former} when the network was made`
  if (links.every(({ name }) => name !== former)) return { ...shared, state: 'there', found: renamed }
  const remedy = `where a configuration of it says eniName ${former}: set it to ${eni.name}`
  return { ...shared, state: 'missing', found: `${renamed}; ${former} is another interface now`, remedy }
}
