import type { CniResult } from '@vpc-bridge/cni'
import type { Subject } from '@vpc-bridge/plugin'
import { bold, dim } from '../command-line/style.ts'

/** Returns what the command is about to do, as the first line. */
export function heading(
  command: string,
  { ifName, netns }: { readonly ifName: string; readonly netns: string },
  { network, place, addresses }: Subject,
): string {
  const on = place === undefined ? '' : ` ${place}`
  return bold([`${command}: ${ifName} in ${netns}, network ${network}${on}`, ...addresses].join(', '))
}

/**
 * Returns what an add made, and what to try next.
 *
 * @param toDelete the command that takes it away
 */
export function summaryLines({ interfaces, ips }: CniResult, netns: string, toDelete: string): readonly string[] {
  const made = interfaces.find(({ sandbox }) => sandbox !== undefined)
  const routers = [...new Set(ips.flatMap(({ gateway }) => gateway ?? []))]
  const facts = [
    ...ips.map(({ address }) => address),
    ...(made?.mac === undefined ? [] : [`MAC address ${made.mac}`]),
    ...(made?.mtu === undefined ? [] : [`MTU ${made.mtu}`]),
    ...(routers.length === 0 ? [] : [`router ${routers.join(', ')}`]),
  ]
  return [
    '',
    `${bold(made?.name ?? '')} in ${netns}: ${facts.join(', ')}`,
    dim(`look at it with: nsenter --net=${netns} ip address; take it away with: ${toDelete}`),
  ]
}
