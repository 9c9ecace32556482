/**
 * What a later process must know of a network or an endpoint, kept in the aliases of its links: it vanishes with them.
 *
 * The text is `vpc-bridge KEY=VALUE …`. No value has a space in it: names of networks, containers and interfaces cannot.
 */

import type { EndpointIdentity } from './names.ts'

/** The kernel's limit for an alias, in bytes (IFALIASZ less the terminator). */
const maxAlias = 255

/** How the ENI was before the first endpoint came, to be put back when the last one goes. */
export interface EniBefore {
  readonly up: boolean
  /** The setting net/ipv4/conf/ENI/forwarding. */
  readonly forwarding: string
}

/** What the alias of a bridge tells. */
export interface NetworkRecord {
  readonly network: string
  /** Name of the ENI. */
  readonly eni: string
  /** MAC address of the ENI; empty if it has none. */
  readonly mac: string
  readonly before: EniBefore
}

/** What the alias of a host veth tells. */
export interface EndpointRecord extends EndpointIdentity {
  readonly network: string
}

export function networkAlias({ network, eni, mac, before }: NetworkRecord): string {
  return write({ network, eni, mac, up: before.up ? '1' : '0', forwarding: before.forwarding })
}

/** @returns `undefined` when the alias is not one of a network of ours */
export function readNetworkAlias(alias: string | undefined): NetworkRecord | undefined {
  const { network, eni, mac = '', up, forwarding } = read(alias)
  if (network === undefined || eni === undefined || up === undefined || forwarding === undefined) return undefined
  return { network, eni, mac, before: { up: up === '1', forwarding } }
}

export function endpointAlias({ network, containerId, ifName }: EndpointRecord): string {
  return write({ network, container: containerId, interface: ifName })
}

/** @returns `undefined` when the alias is not one of an endpoint of ours */
export function readEndpointAlias(alias: string | undefined): EndpointRecord | undefined {
  const { network, container, interface: ifName } = read(alias)
  if (network === undefined || container === undefined || ifName === undefined) return undefined
  return { network, containerId: container, ifName }
}

/** Whether the identity of an endpoint has room in an alias. */
export function fitsAlias(endpoint: EndpointRecord): boolean {
  return endpointAlias(endpoint).length <= maxAlias
}

function write(entries: Readonly<Record<string, string>>): string {
  return ['vpc-bridge', ...Object.entries(entries).map(([key, value]) => `${key}=${value}`)].join(' ')
}

function read(alias: string | undefined): Partial<Record<string, string>> {
  const [mark, ...entries] = (alias ?? '').split(' ')
  if (mark !== 'vpc-bridge') return {}
  return Object.fromEntries(entries.map((entry) => entry.split('=', 2)))
}
