import { type Family, type KernelError, type Link, type Netns, sysctlIfPresent } from '@vpc-bridge/kernel'
import { acceptRaPath, ipv4ForwardingPath, ipv6ForwardingPath } from '@vpc-bridge/route'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { BridgeType } from '../config/vpc-config.ts'
import { eniOfRecord } from './locate-network.ts'
import { type EniBefore, readNetworkAlias } from './network-record.ts'

/** How an ENI was before any network of ours was on it, by the record of any that is on it. */
export function beforeOfOthers(host: Netns, eni: Link): ResultAsync<EniBefore | undefined, KernelError> {
  return host.links().map((links) => readNetworkAlias(networksOn(links, eni)[0]?.alias)?.before)
}

/** Picks from the links of a namespace the bridges of all networks of ours on an ENI. */
export function networksOn(links: readonly Link[], eni: Link): readonly Link[] {
  return links.filter(({ kind, alias }) => {
    const record = kind === 'bridge' ? readNetworkAlias(alias) : undefined
    return record !== undefined && eniOfRecord(links, record)?.name === eni.name
  })
}

/** How an ENI is now; with its MTU and its IPv6 settings if they matter. */
export function stateOf(
  host: Netns,
  eni: Link,
  bridgeType: BridgeType,
  families: readonly Family[],
): ResultAsync<EniBefore, KernelError> {
  return safeTry<EniBefore, KernelError>(async function* () {
    const forwarding = yield* settingOf(host, ipv4ForwardingPath(eni.name))
    const isAddressed = !eni.up && (yield* host.addresses(eni.name)).length > 0
    const state = { up: eni.up, ...(isAddressed ? { isAddressed } : {}), forwarding }
    if (bridgeType === 'L2') return ok({ ...state, mtu: eni.mtu })
    if (!families.includes('inet6')) return ok(state)
    const inet6 = {
      forwarding: yield* settingOf(host, ipv6ForwardingPath(eni.name)),
      acceptRa: yield* settingOf(host, acceptRaPath(eni.name)),
    }
    return ok({ ...state, inet6 })
  })
}

/** A setting as the kernel writes it. Those of an ENI that is going away are as good as off. */
function settingOf(host: Netns, path: string): ResultAsync<string, KernelError> {
  return sysctlIfPresent(host, path).map((value = '0') => value)
}
