/** What the reference plugin (aws/amazon-vpc-cni-plugins, vpc-bridge) leaves on a host, by which it is known: it keeps no records. */

import type { Link } from '@vpc-bridge/kernel'
import { isDummy } from '@vpc-bridge/link'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'

/** Whether a bridge is one of its L3 networks. In L2, which gave containers neither address nor route, the ENI is a port, too. */
export function isReferenceBridge({ name, index }: Link, links: readonly Link[], eni: Link | undefined): boolean {
  const ports = links.filter(({ master }) => master === index)
  const hasDummy = ports.some((port) => port.name === `${name}dummy` && isDummy(port))
  return hasDummy && !ports.some((port) => port.index === eni?.index)
}

/** Name of the host's end of the veth pair of a container. */
export function referenceVethName(containerId: string): string {
  return `veth${containerId.slice(0, 8)}`
}

/** Whether a link can be the host's end of the veth pair of a container: it is a port of a bridge, and has no record of ours. */
export function isReferenceVeth({ kind, master, alias }: Link): boolean {
  return kind === 'veth' && master !== undefined && readEndpointAlias(alias) === undefined
}
