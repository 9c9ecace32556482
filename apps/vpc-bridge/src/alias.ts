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
  /** The settings below net/ipv6/conf/ENI, once an endpoint has had an IPv6 address. */
  readonly inet6?: { readonly forwarding: string; readonly acceptRa: string }
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
  /** With prefix lengths. Empty as well if there was no room for them. */
  readonly addresses: readonly string[]
}

export function networkAlias({ network, eni, mac, before }: NetworkRecord): string {
  const { up, forwarding, inet6 } = before
  return write({
    network,
    eni,
    mac,
    up: up ? '1' : '0',
    forwarding,
    ...(inet6 === undefined ? {} : { forwarding6: inet6.forwarding, accept_ra: inet6.acceptRa }),
  })
}

/** @returns `undefined` when the alias is not one of a network of ours */
export function readNetworkAlias(alias: string | undefined): NetworkRecord | undefined {
  const { network, eni, mac = '', up, forwarding, forwarding6, accept_ra: acceptRa } = read(alias)
  if (network === undefined || eni === undefined || up === undefined || forwarding === undefined) return undefined
  const inet6 =
    forwarding6 === undefined || acceptRa === undefined ? {} : { inet6: { forwarding: forwarding6, acceptRa } }
  return { network, eni, mac, before: { up: up === '1', forwarding, ...inet6 } }
}

/** The addresses are left out if there is no room for them: what must be there is the identity. */
export function endpointAlias({ addresses, ...endpoint }: EndpointRecord): string {
  const identity = identityOf(endpoint)
  const whole = `${identity} addresses=${addresses.join(',')}`
  return addresses.length === 0 || whole.length > maxAlias ? identity : whole
}

/** @returns `undefined` when the alias is not one of an endpoint of ours */
export function readEndpointAlias(alias: string | undefined): EndpointRecord | undefined {
  const { network, container, interface: ifName, addresses = '' } = read(alias)
  if (network === undefined || container === undefined || ifName === undefined) return undefined
  return { network, containerId: container, ifName, addresses: addresses.split(',').filter((each) => each !== '') }
}

/** Whether the identity of an endpoint has room in an alias. */
export function fitsAlias(endpoint: Omit<EndpointRecord, 'addresses'>): boolean {
  return identityOf(endpoint).length <= maxAlias
}

function identityOf({ network, containerId, ifName }: Omit<EndpointRecord, 'addresses'>): string {
  return write({ network, container: containerId, interface: ifName })
}

function write(entries: Readonly<Record<string, string>>): string {
  return ['vpc-bridge', ...Object.entries(entries).map(([key, value]) => `${key}=${value}`)].join(' ')
}

function read(alias: string | undefined): Partial<Record<string, string>> {
  const [mark, ...entries] = (alias ?? '').split(' ')
  if (mark !== 'vpc-bridge') return {}
  return Object.fromEntries(entries.map((entry) => entry.split('=', 2)))
}
