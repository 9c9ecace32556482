import ipaddr from 'ipaddr.js'
import { hostOf, isInet6 } from '../ip-text.ts'
import type { Address, Route } from '../state.ts'
import { routesWentDown } from './hops.ts'
import { sysctlNumber } from './sysctls.ts'
import { type MemoryLink, type MemoryNetns, Refusal, removeWhere, requireLink } from './world.ts'

/** Adds an address; if its link is up, with the route to its subnet. */
export function addAddress(netns: MemoryNetns, address: Address): void {
  const link = requireLink(netns, address.dev)
  requireAssignable(link, address.address)
  if (isInet6(address.address) && sysctlNumber(netns, `net/ipv6/conf/${link.name}/disable_ipv6`) !== 0) {
    throw new Refusal('EACCES', 'ipv6: IPv6 is disabled on this device')
  }
  const inet6 = isInet6(address.address)
  const isSame = (found: Address) =>
    inet6
      ? hostOf(found.address) === hostOf(address.address)
      : found.address === address.address && prefixOf(found) === prefixOf(address)
  if (netns.addresses.some((found) => found.dev === link.name && isSame(found))) {
    throw new Refusal('EEXIST', 'Address already assigned')
  }
  const { label, ...unlabelled } = address
  netns.addresses.push({
    ...unlabelled,
    dev: link.name,
    ...(label === undefined || label === link.name ? {} : { label }),
  })
  if (link.up) addConnectedRoutes(netns, link)
}

/** Deletes an address, with the secondary ones of its subnet and the routes that depend on it. */
export function deleteAddress(netns: MemoryNetns, address: Address): void {
  const { name } = requireLink(netns, address.dev)
  const on = netns.addresses.filter((found) => found.dev === name)
  const isMeant = (each: Address) =>
    each.address === address.address && (isInet6(each.address) || prefixOf(each) === prefixOf(address))
  const found = on.find(isMeant)
  if (found === undefined) throw new Refusal('EADDRNOTAVAIL', 'Address not found')
  const subnet = on.filter((each) => !isInet6(each.address) && prefixOf(each) === prefixOf(found))
  const promote = ['all', name].some((each) => sysctlNumber(netns, `net/ipv4/conf/${each}/promote_secondaries`) !== 0)
  const gone = subnet[0] === found && !promote ? subnet : [found]
  removeWhere(netns.addresses, (each) => gone.includes(each))
  for (const each of gone) removeRoutesOf(netns, each)
  const link = requireLink(netns, name)
  if (link.up) addConnectedRoutes(netns, link)
}

/** Removes the routes that are not without an address, which has just gone. */
function removeRoutesOf(netns: MemoryNetns, gone: Address): void {
  const { dev, address } = gone
  const kept = netns.addresses.filter((each) => each.dev === dev)
  const needed = kept.flatMap(connectedPrefixes)
  const lost = connectedPrefixes(gone).filter((prefix) => !needed.includes(prefix))
  const isConnected = (route: Route) =>
    route.dev === dev && route.protocol === 'kernel' && route.table === undefined && lost.includes(route.destination)
  removeWhere(netns.routes, isConnected)
  const isSource = ({ source }: Route) => source === hostOf(address)
  if (isInet6(address)) {
    for (const [index, route] of netns.routes.entries()) {
      const { source, ...without } = route
      if (isSource(route)) netns.routes[index] = without
    }
    return
  }
  // In other tables than the main one a route keeps a source address that has gone.
  const isLost = (route: Route) => isSource(route) && route.table === undefined
  if (!netns.addresses.some((other) => hostOf(other.address) === hostOf(address))) removeWhere(netns.routes, isLost)
  // With its last address, IPv4 leaves the link.
  if (kept.some((other) => !isInet6(other.address))) return
  routesWentDown(netns, dev, (route) => !isInet6(route.destination))
}

/** Adds to a link that has come up the routes to the subnets of its addresses, and the addresses that it has by itself. */
export function linkCameUp(netns: MemoryNetns, link: MemoryLink): void {
  for (const address of ownAddresses(netns, link)) {
    if (!netns.addresses.some((each) => each.dev === link.name && each.address === address)) {
      netns.addresses.push({ dev: link.name, address, ...(address === '127.0.0.1/8' ? { scope: 'host' } : {}) })
    }
  }
  addConnectedRoutes(netns, link)
}

/** The addresses that a link has without being given them: link-local ones, and those of the loopback link. */
function ownAddresses(netns: MemoryNetns, { name, kind, mac }: MemoryLink): readonly string[] {
  const setting = `net/ipv6/conf/${name}`
  const inet6 = netns.sysctls.has(`${setting}/disable_ipv6`) && sysctlNumber(netns, `${setting}/disable_ipv6`) === 0
  if (kind === 'loopback') return ['127.0.0.1/8', ...(inet6 ? ['::1/128'] : [])]
  const generates = inet6 && mac !== undefined && sysctlNumber(netns, `${setting}/addr_gen_mode`) === 0
  return generates ? [`${linkLocal(mac)}/64`] : []
}

/** Removes from a link that has gone down every route by it, its IPv6 addresses, its neighbours. */
export function linkWentDown(netns: MemoryNetns, link: MemoryLink): void {
  routesWentDown(netns, link.name)
  removeWhere(netns.addresses, (each) => each.dev === link.name && isInet6(each.address))
  removeWhere(netns.neighbours, (each) => each.dev === link.name)
}

/** Adds and removes what depends on the setting that disables IPv6 on links. */
export function inet6Switched(netns: MemoryNetns): void {
  for (const link of netns.links.values()) {
    if (sysctlNumber(netns, `net/ipv6/conf/${link.name}/disable_ipv6`) === 0) {
      if (link.up) linkCameUp(netns, link)
      continue
    }
    removeWhere(netns.addresses, (each) => each.dev === link.name && isInet6(each.address))
    routesWentDown(netns, link.name, (route) => isInet6(route.destination))
    removeWhere(netns.neighbours, (each) => each.dev === link.name && isInet6(each.address))
  }
}

function addConnectedRoutes(netns: MemoryNetns, link: MemoryLink): void {
  const { name: dev } = link
  const on = netns.addresses.filter((each) => each.dev === dev)
  for (const [n, each] of on.entries()) {
    const { address } = each
    const inet6 = isInet6(address)
    // Those of the loopback link are in the table of local addresses.
    if (link.kind === 'loopback' && (!inet6 || address === '::1/128')) continue
    const isSecondary = !inet6 && on.slice(0, n).some((other) => prefixOf(other) === prefixOf(each))
    if (isSecondary) continue
    const metric = each.metric ?? (inet6 ? 256 : 0)
    for (const destination of connectedPrefixes(each)) {
      const isThere = (route: Route) =>
        route.dev === dev &&
        route.destination === destination &&
        route.metric === metric &&
        route.protocol === 'kernel' &&
        route.table === undefined
      if (netns.routes.some(isThere)) continue
      netns.routes.push({
        destination,
        dev,
        onlink: false,
        scope: inet6 ? 'global' : 'link',
        protocol: 'kernel',
        metric,
        ...(inet6 ? {} : { source: hostOf(address) }),
      })
    }
  }
}

/** The destinations of the routes that come with an address. */
function connectedPrefixes(address: Address): readonly string[] {
  const { peer, noPrefixRoute } = address
  if (noPrefixRoute) return []
  if (!isInet6(address.address)) return isSingle(address) ? [] : [prefixOf(address)]
  return [subnetOf(address.address), ...(peer === undefined ? [] : [`${peer}/128`])]
}

/** Returns true for an IPv4 address that is alone in its subnet. */
function isSingle({ address, peer }: Address): boolean {
  return address.endsWith('/32') && peer === undefined
}

/** The subnet of an address; with a peer, the peer's. */
function prefixOf({ address, peer }: Address): string {
  return subnetOf(peer === undefined ? address : address.replace(/^[^/]*/, peer))
}

/** The link-local address that the kernel forms of a MAC address (RFC 4291, appendix A). */
function linkLocal(mac: string): string {
  const [first = 0, ...rest] = mac.split(':').map((pair) => Number.parseInt(pair, 16))
  const id = [first ^ 0x02, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  return new ipaddr.IPv6([0xfe, 0x80, 0, 0, 0, 0, 0, 0, ...id]).toRFC5952String()
}

/** Returns true if a prefix covers an address. */
export function covers(prefix: string, address: string): boolean {
  const [network, length] = ipaddr.parseCIDR(prefix)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === network.kind() && parsed.match(network, length)
}

function requireAssignable({ kind }: MemoryLink, address: string): void {
  const range = isInet6(address) ? ipaddr.parse(hostOf(address)).range() : 'unicast'
  const never = range === 'multicast' || range === 'unspecified' || (range === 'loopback' && kind !== 'loopback')
  if (never) throw new Refusal('EADDRNOTAVAIL', `ipv6: Invalid address ${address}`)
}

/** The prefix that an address is in. */
export function subnetOf(address: string): string {
  const [ip, length] = ipaddr.parseCIDR(address)
  return ip.kind() === 'ipv6'
    ? `${ipaddr.IPv6.networkAddressFromCIDR(address).toRFC5952String()}/${length}`
    : `${ipaddr.IPv4.networkAddressFromCIDR(address)}/${length}`
}
