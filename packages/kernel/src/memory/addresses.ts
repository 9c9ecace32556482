import ipaddr from 'ipaddr.js'
import type { Address, Route } from '../state.ts'
import { sysctlNumber } from './sysctls.ts'
import { type MemoryLink, type MemoryNetns, Refusal, removeWhere, requireLink } from './world.ts'

/** Adds an address; if its link is up, with the route to its subnet. */
export function addAddress(netns: MemoryNetns, address: Address): void {
  const link = requireLink(netns, address.dev)
  requirePrefix(address.address)
  if (isInet6(address.address) && sysctlNumber(netns, `net/ipv6/conf/${link.name}/disable_ipv6`) !== 0) {
    throw new Refusal('EACCES', 'ipv6: IPv6 is disabled on this device')
  }
  if (netns.addresses.some((found) => found.dev === link.name && found.address === address.address)) {
    throw new Refusal('EEXIST', 'Address already assigned')
  }
  netns.addresses.push({ ...address, dev: link.name })
  if (link.up) addConnectedRoutes(netns, link)
}

/** Deletes an address, with the secondary ones of its subnet and the routes that depend on it. */
export function deleteAddress(netns: MemoryNetns, address: Address): void {
  const { name } = requireLink(netns, address.dev)
  const on = netns.addresses.filter((found) => found.dev === name)
  const found = on.find((each) => each.address === address.address)
  if (found === undefined) throw new Refusal('EADDRNOTAVAIL', 'Address not found')
  const subnet = on.filter((each) => !isInet6(each.address) && sameSubnet(each.address, found.address))
  const promote = sysctlNumber(netns, `net/ipv4/conf/${name}/promote_secondaries`) !== 0
  const gone = subnet[0] === found && !promote ? subnet : [found]
  removeWhere(netns.addresses, (each) => gone.includes(each))
  const kept = netns.addresses.filter((each) => each.dev === name)
  for (const each of gone) {
    const local = hostOf(each.address)
    const needed = kept.some((other) => sameSubnet(other.address, each.address))
    removeWhere(
      netns.routes,
      (route) =>
        route.source === local ||
        (!needed && route.dev === name && route.protocol === 'kernel' && route.destination === subnetOf(each.address)),
    )
  }
  const link = requireLink(netns, name)
  if (link.up) addConnectedRoutes(netns, link)
}

/** What comes with a link's coming up: routes to the subnets of its addresses, and its IPv6 link-local address. */
export function linkCameUp(netns: MemoryNetns, link: MemoryLink): void {
  const generates =
    netns.sysctls.has(`net/ipv6/conf/${link.name}/disable_ipv6`) &&
    sysctlNumber(netns, `net/ipv6/conf/${link.name}/disable_ipv6`) === 0 &&
    sysctlNumber(netns, `net/ipv6/conf/${link.name}/addr_gen_mode`) === 0
  if (generates && link.mac !== undefined && link.kind !== 'loopback') {
    const address = `${linkLocal(link.mac)}/64`
    if (!netns.addresses.some((each) => each.dev === link.name && each.address === address)) {
      netns.addresses.push({ dev: link.name, address })
    }
  }
  addConnectedRoutes(netns, link)
}

/** What goes with a link's going down: every route by it, its IPv6 addresses, its neighbours. */
export function linkWentDown(netns: MemoryNetns, link: MemoryLink): void {
  removeWhere(netns.routes, (route) => route.dev === link.name)
  removeWhere(netns.addresses, (each) => each.dev === link.name && isInet6(each.address))
  removeWhere(netns.neighbours, (each) => each.dev === link.name)
}

function addConnectedRoutes(netns: MemoryNetns, link: MemoryLink): void {
  for (const { dev, address } of netns.addresses) {
    const { destination, length, bits } = partsOf(address)
    const inet6 = bits === 128
    if (dev !== link.name || (!inet6 && length === bits)) continue
    if (netns.routes.some((route) => route.dev === dev && route.destination === destination)) continue
    const route: Route = {
      destination,
      dev,
      onlink: false,
      scope: inet6 ? 'global' : 'link',
      protocol: 'kernel',
      metric: inet6 ? 256 : 0,
      ...(inet6 ? {} : { source: hostOf(address) }),
    }
    netns.routes.push(route)
  }
}

/** The link-local address that the kernel forms of a MAC address (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [first = 0, ...rest] = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  const id = [first ^ 0x02, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  return new ipaddr.IPv6([0xfe, 0x80, 0, 0, 0, 0, 0, 0, ...id]).toRFC5952String()
}

/** Whether an address, with or without prefix length, is of IP version 6. */
export function isInet6(address: string): boolean {
  return address.includes(':')
}

/** Whether a prefix covers an address. */
export function covers(prefix: string, address: string): boolean {
  const [network, length] = ipaddr.parseCIDR(prefix)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === network.kind() && parsed.match(network, length)
}

export function hostOf(address: string): string {
  return address.replace(/\/.*/, '')
}

function requirePrefix(address: string): void {
  if (!ipaddr.isValidCIDR(address)) throw new Refusal('EINVAL', `any valid prefix is expected rather than "${address}"`)
}

function sameSubnet(one: string, other: string): boolean {
  return subnetOf(one) === subnetOf(other)
}

function subnetOf(address: string): string {
  return partsOf(address).destination
}

function partsOf(address: string): { readonly destination: string; readonly length: number; readonly bits: 32 | 128 } {
  const [ip, length] = ipaddr.parseCIDR(address)
  if (ip.kind() === 'ipv6') {
    const network = ipaddr.IPv6.networkAddressFromCIDR(address).toRFC5952String()
    return { destination: `${network}/${length}`, length, bits: 128 }
  }
  return { destination: `${ipaddr.IPv4.networkAddressFromCIDR(address)}/${length}`, length, bits: 32 }
}
