import { isGone, type KernelError, type Link, type Netns } from '@vpc-bridge/kernel'
import { forwardingPath } from '@vpc-bridge/route'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type EniBefore, readNetworkAlias } from './alias.ts'

/**
 * How an ENI was before any network of ours was on it: from the network's own bridge, or from that of another network on
 * the same ENI, which was there first.
 *
 * @returns `undefined` when no network of ours is on the ENI
 */
export function recordedBefore(
  host: Netns,
  bridge: string,
  eni: string,
): ResultAsync<EniBefore | undefined, KernelError> {
  return host.link(bridge).andThen((own) => {
    const record = readNetworkAlias(own?.alias)
    if (record !== undefined) return okAsync(record.before)
    return networksOn(host, eni).map(([first]) => readNetworkAlias(first?.alias)?.before)
  })
}

/** The bridges of all networks of ours on an ENI. */
export function networksOn(host: Netns, eni: string): ResultAsync<readonly Link[], KernelError> {
  return host
    .links()
    .map((links) => links.filter(({ kind, alias }) => kind === 'bridge' && readNetworkAlias(alias)?.eni === eni))
}

/** Whether the ENI forwards IPv4 packets, as the kernel writes it. An ENI that is going away forwards none. */
export function forwardingOf(host: Netns, eni: string): ResultAsync<string, KernelError> {
  return host.sysctl(forwardingPath(eni)).orElse((error) => (isGone(error) ? okAsync('0') : errAsync(error)))
}
