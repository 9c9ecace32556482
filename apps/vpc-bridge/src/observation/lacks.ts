import type { CniError } from '@vpc-bridge/cni'
import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { canTranslate } from '@vpc-bridge/mac-nat'
import { netnsPath } from '@vpc-bridge/netns'
import { hindrances, type LinkKind, type Traffic } from '@vpc-bridge/plugin'
import { okAsync, type ResultAsync } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'
import { readNetworkAlias } from '../network/network-record.ts'

/** Returns the kinds of an endpoint's links: for each link those of which one will do. */
export function linkKindsFor(config: VpcConfig): readonly (readonly LinkKind[])[] {
  return [
    ['bridge'],
    ['veth'],
    ...(config.bridgeType === 'L3' ? [['dummy', 'ifb'] as const] : []),
    ...(config.interface.type === 'tap' ? [['tap'] as const] : []),
  ]
}

/** Looks for what endpoints need of the host besides drivers: a translator, and that nobody keeps their packets from them. */
export function lacksOf(host: Netns, config: VpcConfig): ResultAsync<readonly CniError[], KernelError> {
  const { bridgeType, bridgeNetns } = config
  return (bridgeType === 'L3' ? okAsync() : canTranslate(host, 'vpc-bridge-test'))
    .andThen(() => (bridgeNetns === undefined ? okAsync(host) : host.open(netnsPath(bridgeNetns))))
    .andThen((network) => hindrances(network, trafficOf(config)))
}

/** Describes how the packets of endpoints go. */
export function trafficOf({
  bridgeType,
  addresses,
  eni,
}: Pick<VpcConfig, 'bridgeType' | 'addresses' | 'eni'>): Traffic {
  return {
    isBridge: ({ alias }) => readNetworkAlias(alias)?.bridgeType === bridgeType,
    newBridge: 'vpcbr0',
    way: bridgeType === 'L3' ? 'routed' : 'switched',
    ...(eni.by === 'name' ? { uplink: eni.name } : {}),
    families: addresses.some(isInet6) ? ['inet', 'inet6'] : ['inet'],
  }
}
