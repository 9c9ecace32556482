import {
  inet6,
  installedProgram,
  linkDriver,
  type Needs,
  networksOnCards,
  nftablesForBridges,
  type Patient,
  passingPackets,
  tunDevice,
} from '@vpc-bridge/cli'
import type { Netns } from '@vpc-bridge/kernel'
import { readNetworkAlias } from '../network/network-record.ts'
import { trafficOf } from '../observation/lacks.ts'
import { isNewerRecord } from '../record-text.ts'

/** No configuration. */
const unknown = { addresses: [], eni: { by: 'mac', mac: '' } } as const

/** Looks for what each mode needs on a host. Changes nothing. */
export async function findNeeds({ host, system, program }: Patient): Promise<Needs> {
  const l3 = ['bridge', 'veth', 'dummy']
  return {
    findings: [
      await linkDriver(host, 'bridge'),
      await linkDriver(host, 'veth'),
      await linkDriver(host, 'dummy', 'ifb'),
      await inet6(host),
      tunDevice(system, program),
      installedProgram(system, 'nft', 'nftables'),
      nftablesForBridges(system, 'vpc-bridge-test'),
      await passingPackets(host, 'packets-l3', trafficOf({ ...unknown, bridgeType: 'L3' })),
      await passingPackets(host, 'packets-l2', trafficOf({ ...unknown, bridgeType: 'L2' })),
    ],
    modes: [
      { mode: 'L3', needs: [...l3, 'packets-l3'] },
      { mode: 'L3 with IPv6', needs: [...l3, 'packets-l3', 'ipv6'] },
      { mode: 'L2', needs: [...l3, 'packets-l2', 'nft', 'nftables-bridge'] },
      { mode: 'TAP', needs: [...l3, 'packets-l3', 'tun'] },
    ],
    networks: host === undefined ? [] : await networksOf(host),
  }
}

/** Examines the networks that exist on a host. */
export function networksOf(host: Netns): ReturnType<typeof networksOnCards> {
  return networksOnCards(host, {
    type: 'vpc-bridge',
    noun: 'ENI',
    key: 'eniName',
    readNetwork: (alias) => {
      const record = readNetworkAlias(alias)
      return record && { network: record.network, card: { name: record.eni, mac: record.mac } }
    },
    isNewer: isNewerRecord,
  })
}
